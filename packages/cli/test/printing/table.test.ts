import { expect, test } from 'vitest'
import { Table } from '../../src/printing/table.ts'
import { widest } from '../../src/printing/width.ts'

const head = ['ROOM', 'ROLE', 'TITLE']
const rows = [
  ['general', 'member', ''],
  ['会議室', '-', 'Where meetings are prepared and remembered'],
  ['ops', 'owner', '\x1b[2J']
]

test('columns are aligned, also under wide letters, and nothing acts on the terminal', () => {
  expect(new Table(head, 80).lines(rows)).toEqual([
    'ROOM     ROLE    TITLE',
    'general  member',
    '会議室   -       Where meetings are prepared and remembered',
    'ops      owner   \\x1b[2J'
  ])
})

test('a long cell goes on below itself', () => {
  expect(new Table(head, 40).lines(rows.slice(1, 2))).toEqual([
    'ROOM    ROLE  TITLE',
    '会議室  -     Where meetings are',
    '              prepared and remembered'
  ])
})

test.each([1, 5, 10, 20, 25])('in %i columns no row is too long', (columns) => {
  for (const line of new Table(head, columns).lines(rows)) expect(widest(line)).toBeLessThanOrEqual(Math.max(columns - 1, 6))
})

test('rows that come later stand under the same head, and are aligned with what is above them', () => {
  const table = new Table(head, 80)
  expect(table.lines([['general', 'member', 'All']])).toEqual(['ROOM     ROLE    TITLE', 'general  member  All'])
  expect(table.lines([['a', '-', 'A']])).toEqual(['a        -       A'])
  expect(table.lines([['assembly-room', '-', 'B']])).toEqual(['assembly-room  -       B'])
  expect(table.lines([])).toEqual([])
})

test('where a row goes on below itself, nothing that others wrote begins a row', () => {
  const name = `x${'\u00a0'.repeat(60)}   9 09:16 luis      me too`
  const table = new Table(head, 40)
  const [first, ...below] = table.lines([[name, 'member', 'me too']]).filter((row) => !/^(?:ROOM| +ROLE| +TITLE)/.test(row))
  expect(first).toMatch(/^x/)
  expect(below.filter((row) => !row.startsWith('    '))).toEqual([])
})
