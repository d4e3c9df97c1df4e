import { ConnectionError, ProblemError } from '@tertulia/client'
import type { Problem } from '@tertulia/protocol'
import { expect, test } from 'vitest'
import { whyOf } from '../../src/texts/why.ts'

const refused = (code: string, change: Partial<Problem> = {}): ProblemError =>
  new ProblemError({ type: '', code, status: 400, title: '', detail: 'The name “ana” is taken.', instance: '', ...change })

test('a refusal is told in the language of the page, in English as the server says it', () => {
  expect(whyOf(refused('name-taken'), 'es')).toBe('Ese nombre ya está tomado. Elige otro.')
  expect(whyOf(refused('name-taken'), 'en')).toBe('The name “ana” is taken.')
})

test('of a body that does not fit, what in it is wrong is told', () => {
  const at = (pointer: string) => refused('invalid-body', { errors: [{ pointer, detail: '' }] })
  expect(whyOf(at('#/name'), 'es')).toMatch(/^Ese nombre no vale.*sin espacios: por ejemplo, ana-maria/)
  expect(whyOf(at('#/password'), 'es')).toMatch(/^La contraseña/)
  expect(whyOf(at('#/what'), 'es')).toBe('The name “ana” is taken.')
})

test('a wrong password is told as that, although it names the member too', () => {
  const errors = [{ pointer: '#/current', detail: 'is wrong' }]
  expect(whyOf(refused('wrong-password', { errors }), 'es')).toBe('Esa no es tu contraseña actual.')
})

test('what there are no words for is told as the server says it, and harmless', () => {
  expect(whyOf(refused('toString', { detail: 'a\u202eb' }), 'es')).toBe('a\\u{202e}b')
  expect(whyOf(new ConnectionError('refused', 'http://127.0.0.1:1'), 'es')).toMatch(/^No hay respuesta/)
})

test('what is refused of somebody else is not said of whoever reads it', () => {
  expect(whyOf(refused('banned'), 'es')).toMatch(/^Te vetaron/)
  expect(whyOf(refused('banned'), 'es', true)).toMatch(/^Tiene vetada/)
  expect(whyOf(refused('name-taken'), 'es', true)).toBe('Ese nombre ya está tomado. Elige otro.')
})
