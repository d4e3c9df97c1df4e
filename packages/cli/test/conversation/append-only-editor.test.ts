import { expect, test } from 'vitest'
import { AppendOnlyEditor } from '../../src/conversation/append-only-editor.ts'

const editor = (columns = 80) => new AppendOnlyEditor(() => columns)
const back = (columns: number) => '\b \b'.repeat(columns)

test('what is typed is echoed, and taken as it is', () => {
  const line = editor()
  expect(line.insert('h') + line.insert('í')).toBe('hí')
  expect(line.take()).toEqual({ text: 'hí', echo: '\r\n' })
  expect(line.isEmpty).toBe(true)
  expect(line.take()).toEqual({ text: '', echo: '' })
})

test.each([
  ['a letter', 'x', 1],
  ['a letter with its accent', 'e\u0301', 1],
  ['a wide character', '漢', 2],
  ['an emoji', '😀', 2]
])('erasing %s takes it away whole', (_what, character, columns) => {
  const line = editor()
  line.insert(`a${character}`)
  expect(line.erase()).toBe(back(columns))
  expect(line.take().text).toBe('a')
})

test('what no two terminals draw alike is erased by writing the rest again', () => {
  const line = editor()
  line.insert('ab👨‍👩‍👧')
  expect(line.erase()).toBe('\r\nab')
  expect(line.take().text).toBe('ab')
})

test('a draft of several rows is written again, for a cursor cannot go back over the edge', () => {
  const line = editor(10)
  line.insert('0123456789')
  expect(line.erase()).toBe('\r\n012345678')
  expect(line.erase()).toBe(back(1))
})

test('clearing erases in place where it can', () => {
  const line = editor(10)
  line.insert('señor')
  expect(line.clear()).toBe(back(5))
  line.insert('0123456789')
  expect(line.clear()).toBe('\r\n')
  expect(line.clear()).toBe('')
})

test('newlines of a paste are shown as signs and stay in the text', () => {
  const line = editor()
  expect(line.insert('a\nb')).toBe('a⏎b')
  expect(line.shown).toBe('a⏎b')
  expect(line.take().text).toBe('a\nb')
})
