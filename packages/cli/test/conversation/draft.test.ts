import { expect, test } from 'vitest'
import { Draft } from '../../src/conversation/draft.ts'

const family = '👨‍👩‍👧'

/** A draft with this text, the cursor where the bar is. */
function draft(text: string): Draft {
  const made = new Draft()
  made.insert(text.replace('|', ''))
  made.moveTo(text.indexOf('|') === -1 ? text.length : text.indexOf('|'))
  return made
}
const shown = ({ text, cursor }: Draft) => `${text.slice(0, cursor)}|${text.slice(cursor)}`

test('letters are put in where the cursor stands', () => {
  const typed = draft('ho|a')
  typed.insert('l')
  expect(shown(typed)).toBe('hol|a')
})

test.each([
  ['a letter with its accent', 'e\u0301'],
  ['a family', family],
  ['a flag', '🇪🇸'],
  ['a sign in emoji form', '❤️'],
  ['a wide letter', '漢'],
  ['a Devanagari syllable', 'नि'],
  ['a newline', '\n']
])('%s is one character for whoever moves or erases', (_what, character) => {
  const typed = draft(`a${character}b`)
  typed.left()
  typed.left()
  expect(shown(typed)).toBe(`a|${character}b`)
  typed.right()
  expect(shown(typed)).toBe(`a${character}|b`)
  typed.erase()
  expect(shown(typed)).toBe('a|b')
  const other = draft(`a|${character}b`)
  other.delete()
  expect(shown(other)).toBe('a|b')
})

test('at an edge nothing happens', () => {
  const typed = draft('|a')
  typed.left()
  typed.erase()
  expect(shown(typed)).toBe('|a')
  typed.end()
  typed.right()
  typed.delete()
  expect(shown(typed)).toBe('a|')
})

test('an accent that joins the letter before it is behind the cursor, with it', () => {
  const typed = draft('ae|b')
  typed.insert('\u0301')
  expect(shown(typed)).toBe('ae\u0301|b')
  typed.moveTo(2)
  expect(shown(typed)).toBe('ae\u0301|b')
})

test.each<[keyof Draft, string, string]>([
  ['home', 'uno do|s', '|uno dos'],
  ['end', 'u|no dos', 'uno dos|'],
  ['wordLeft', 'uno, dos|', 'uno, |dos'],
  ['wordLeft', 'uno, |dos', '|uno, dos'],
  ['wordRight', 'u|no, dos', 'uno|, dos'],
  ['wordRight', 'uno|, señor', 'uno, señor|'],
  ['eraseWord', 'uno dos-tres |x', 'uno |x'],
  ['eraseWord', 'uno|', '|'],
  ['deleteWord', 'uno| dos tres', 'uno| tres'],
  ['eraseToStart', 'uno |dos', '|dos'],
  ['eraseToEnd', 'uno |dos', 'uno |']
])('%s makes of “%s” “%s”', (edit, before, after) => {
  const typed = draft(before)
  ;(typed[edit] as () => void)()
  expect(shown(typed)).toBe(after)
})

test('what was erased in one go can be put back elsewhere', () => {
  const typed = draft('uno dos|')
  typed.eraseWord()
  typed.home()
  typed.yank()
  expect(shown(typed)).toBe('dos|uno ')
})

test('undo goes back by words and by what was erased', () => {
  const typed = draft('')
  for (const letter of 'uno dos') typed.insert(letter)
  typed.eraseWord()
  const states = Array.from({ length: 4 }, () => {
    typed.undo()
    return shown(typed)
  })
  expect(states).toEqual(['uno dos|', 'uno|', '|', '|'])
})

test('a draft that is taken leaves nothing to come back', () => {
  const typed = draft('uno')
  expect(typed.take()).toBe('uno')
  typed.undo()
  expect(typed.isEmpty).toBe(true)
})
