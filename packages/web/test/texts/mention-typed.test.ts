import type { PresentMember } from '@tertulia/protocol'
import { expect, test } from 'vitest'
import { mentionTyped, namesFor } from '../../src/texts/mention-typed.ts'

test.each([
  ['@', { start: 0, typed: '' }],
  ['hola @ma', { start: 5, typed: 'ma' }],
  ['(@ñandú', { start: 1, typed: 'ñandú' }],
  ['a\n@محم', { start: 2, typed: 'محم' }],
  ['mail@example', undefined],
  ['@ana ', undefined],
  ['hola', undefined]
])('%j types %j', (text, typed) => {
  expect(mentionTyped(text, text.length)).toEqual(typed)
})

test('what counts is where the caret is, and a word that is there already is left alone', () => {
  expect(mentionTyped('@ma, hola', 3)).toEqual({ start: 0, typed: 'ma' })
  expect(mentionTyped('@marta', 3)).toBeUndefined()
  expect(mentionTyped('hola @ma', 2)).toBeUndefined()
})

const member = (name: string, connected = false): PresentMember => ({ name, kind: 'person', role: 'member', connected })
const names = (typed: string, members: PresentMember[]) => namesFor(typed, members, 'luis').map(({ name }) => name)

test('names that begin so, in any case, who is here first, and not one’s own', () => {
  const members = [member('ana'), member('Ángel'), member('Anabel', true), member('luis', true), member('marta', true)]
  expect(names('', members)).toEqual(['Anabel', 'marta', 'ana', 'Ángel'])
  expect(names('AN', members)).toEqual(['Anabel', 'ana'])
  expect(names('lu', members)).toEqual([])
})

test('a name that is typed to its end is offered only beside another', () => {
  expect(names('Ana', [member('ana'), member('marta')])).toEqual([])
  expect(names('ana', [member('ana'), member('anabel')])).toEqual(['ana', 'anabel'])
})

test('of many no more are shown than can be read at a glance', () => {
  expect(
    names(
      'a',
      Array.from({ length: 50 }, (_, n) => member(`a${n}`))
    )
  ).toHaveLength(6)
})
