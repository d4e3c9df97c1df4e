import { expect, test } from 'vitest'
import { layOut, Painter, placeInRow, type Typed } from '../../src/conversation/painter.ts'
import { TestScreen } from '../support/screen.ts'

/** A text with the cursor where the bar is. */
function typed(text: string, prompt = 'ops> '): Typed {
  const at = text.indexOf('|')
  return { prompt, text: text.replace('|', ''), cursor: at === -1 ? text.length : at }
}

test('rows end one column before the edge, and the prompt is in the first one', () => {
  expect(layOut(typed('0123456789'), 11)).toMatchObject({ rows: ['ops> 01234', '56789'], row: 1, before: '56789' })
})

test('what may be wide never reaches the edge', () => {
  const { rows } = layOut(typed('a漢漢漢漢b'), 11)
  expect(rows).toEqual(['ops> a漢漢', '漢漢b'])
})

test('between two rows the cursor stands in the second', () => {
  expect(layOut(typed('01234|56789'), 11)).toMatchObject({ row: 1, before: '' })
  expect(layOut(typed('01234|'), 11)).toMatchObject({ row: 0, before: 'ops> 01234' })
})

test('newlines are signs, and what a terminal would act on is spelled out', () => {
  expect(layOut(typed('a\nb\x1b[2J|c'), 80)).toMatchObject({ rows: ['ops> a⏎b\\x1b[2Jc'], before: 'ops> a⏎b\\x1b[2J' })
})

test('a prompt that is wider than the terminal takes its rows', () => {
  expect(layOut(typed('x', 'a-long-room> '), 9).rows).toEqual(['a-long-r', 'oom> x'])
})

test.each<[string, -1 | 1, string, string]>([
  ['01234567890|1', -1, '0|12345678901', 'the same column'],
  ['012345678|', -1, '|012345678', 'under the prompt is nothing to stand on'],
  ['0|123456789012', 1, '01234567890|12', 'the same column, below'],
  ['0123456|789', 1, '0123456789|', 'the end, where the row below is shorter'],
  ['01234567漢字漢字|', -1, '012345|67漢字漢字', 'wide letters count'],
  ['01234567abcdefghij|', -1, '0123456|7abcdefghij', 'never beyond the row'],
  ['漢字|0123456', -1, 'none', 'above the first row is nothing']
])('from “%s” one row %i is “%s”: %s', (from, step, to) => {
  const place = placeInRow(typed(from, '> '), 11, step)
  expect(place === undefined ? 'none' : `${typed(from).text.slice(0, place)}|${typed(from).text.slice(place)}`).toBe(to)
})

/** Bytes that lead from one text to another, and whether the screen shows it then. */
async function step(from: Typed, to: Typed, columns = 20) {
  const painter = new Painter()
  const screen = new TestScreen({ columns, rows: 10 })
  const view = (of: Typed) => painter.view(layOut(of, columns), 9)
  screen.write(painter.paint(view(from)))
  const bytes = painter.paint(view(to))
  screen.write(bytes)
  const { rows, row, before } = layOut(to, columns)
  const shown = await screen.allRows()
  expect(shown).toEqual(rows.map((each) => each.trimEnd()))
  expect(await screen.cursor()).toEqual({ row, before })
  return bytes
}

test('a letter at the end costs one byte, and taking it away four', async () => {
  expect(await step(typed('hol'), typed('hola'))).toBe('a')
  expect(await step(typed('hola'), typed('hol'))).toBe('\b\x1b[K')
})

test('in a long text only the rows that change are written', async () => {
  const long = 'uno dos tres cuatro cinco seis siete ocho nueve diez.'
  expect(await step(typed(`${long}|`), typed(`${long}x|`))).toBe('x')
  expect(await step(typed(`${long} y|`), typed(`${long} |y`))).not.toContain('cuatro')
  const erased = await step(typed(`${long}|`), typed(`${long.slice(0, -1)}|`), 21)
  expect(erased).toBe('\b\x1b[K')
})

test('where nothing changes nothing is written', async () => {
  expect(await step(typed('uno'), typed('uno'))).toBe('')
})

test.each([
  ['into the next row', '0123456789abcd|', '0123456789abcde|'],
  ['back from the next row', '0123456789abcde|', '0123456789abcd|'],
  ['in the middle', '0123456789|abcdefghijklmnopqrstuvwxyz', '0123456789X|abcdefghijklmnopqrstuvwxyz'],
  ['to nothing', '0123456789abcdefghijklmnopqrstuvwxyz|', '|'],
  ['several rows more', 'a|', '0123456789abcdefghijklmnopqrstuvwxyz0123456789|'],
  ['an accent on the last letter', 'e|', 'e\u0301|'],
  ['the cursor to the beginning', '0123456789abcdefghijklmnopqrst|', '|0123456789abcdefghijklmnopqrst'],
  ['an erased wide letter', '漢字|', '漢|']
])('%s', async (_what, from, to) => {
  await step(typed(from), typed(to))
})

test('a line appears above the text, which stays as it is', async () => {
  const painter = new Painter()
  const screen = new TestScreen({ columns: 20, rows: 10 })
  const view = painter.view(layOut(typed('0123456789ñ😀 z|abcd'), 20), 9)
  screen.write(painter.paint(view))
  for (const line of ['uno', 'dos']) screen.write(painter.paint(view, [line]))
  expect(await screen.allRows()).toEqual(['uno', 'dos', ...view.rows.map((row) => row.trimEnd())])
  expect(await screen.cursor()).toMatchObject({ row: 3 })
})

test('a text taller than the screen shows the rows around its cursor', () => {
  const painter = new Painter()
  const text = Array.from({ length: 12 }, (_, at) => String(at).padStart(9, '.')).join('')
  const end = painter.view(layOut(typed(text, ''), 10), 4)
  expect([end.rows.at(0), end.rows.at(-1), end.row]).toEqual(['........8', '.......11', 3])
  const beginning = painter.view(layOut(typed(`|${text}`, ''), 10), 4)
  expect([beginning.rows.at(0), beginning.row]).toEqual(['........0', 0])
})

test('where the terminal breaks rows anew, all of them are taken away, and nothing above them', () => {
  const painter = new Painter()
  const of = typed('uno dos 😀 tres cuatro cinco seis siete 👨‍👩‍👧 ocho')
  painter.paint(painter.view(layOut(of, 40), 9))
  painter.reflowed(20)
  // 39 columns are two rows of 20, and the cursor is in the first row of what follows.
  expect(painter.remove()).toBe('\x1b[2A\r\x1b[J')
})
