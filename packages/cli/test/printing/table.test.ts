import { expect, test } from 'vitest'
import { tableLines } from '../../src/printing/table.ts'
import { widest } from '../../src/printing/width.ts'

const head = ['ROOM', 'ROLE', 'TITLE']
const rows = [
  ['general', 'member', ''],
  ['会議室', '-', 'Where meetings are prepared and remembered'],
  ['ops', 'owner', '\x1b[2J']
]

test('columns are aligned, also under wide letters, and nothing acts on the terminal', () => {
  expect(tableLines(head, rows, 80)).toEqual([
    'ROOM     ROLE    TITLE',
    'general  member',
    '会議室   -       Where meetings are prepared and remembered',
    'ops      owner   \\x1b[2J'
  ])
})

test('a long cell goes on below itself', () => {
  expect(tableLines(head, rows.slice(1, 2), 40)).toEqual([
    'ROOM    ROLE  TITLE',
    '会議室  -     Where meetings are',
    '              prepared and remembered'
  ])
})

test.each([1, 5, 10, 20, 25])('in %i columns no row is too long', (columns) => {
  for (const line of tableLines(head, rows, columns)) expect(widest(line)).toBeLessThanOrEqual(Math.max(columns - 1, 6))
})
