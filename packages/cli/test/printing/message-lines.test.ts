import { beforeEach, expect, test, vi } from 'vitest'
import { bare, type Look } from '../../src/printing/look.ts'
import { messageLines } from '../../src/printing/message-lines.ts'
import { nameColour } from '../../src/printing/name-colour.ts'
import { widest } from '../../src/printing/width.ts'
import { hostileTexts } from '../support/hostile-texts.ts'
import { message } from '../support/message.ts'

beforeEach(() => {
  vi.stubEnv('TZ', 'UTC')
})

test('id, time, name and text stand under each other', () => {
  const lines = [
    message(2, 'hola, ya está el servidor'),
    message(14, 'build 118 passed', { author: { name: 'ci', kind: 'bot' } }),
    message(12345, 'hi', { author: { name: 'a-rather-long-name', kind: 'person' } })
  ].flatMap((one) => messageLines(one, 80))
  expect(lines).toEqual([
    '   2 09:14 ana       hola, ya está el servidor',
    '  14 09:14 ci (bot)  build 118 passed',
    '12345 09:14 a-rather-long-name hi'
  ])
})

test('what does not fit goes on under the text', () => {
  const text = 'yo, desde la otra máquina; este renglón es largo y por eso sigue debajo, alineado con el texto'
  expect(messageLines(message(7, text, { author: { name: 'marta', kind: 'person' } }), 80)).toEqual([
    '   7 09:14 marta     yo, desde la otra máquina; este renglón es largo y por eso',
    '                     sigue debajo, alineado con el texto'
  ])
})

test('lines of a text stay lines', () => {
  expect(messageLines(message(7, 'one\n\ntwo'), 80)).toEqual([
    '   7 09:14 ana       one',
    '                     ',
    '                     two'
  ])
})

test('on a narrow terminal the text stands under its head', () => {
  expect(messageLines(message(7, 'hello there'), 20)).toEqual(['   7 09:14 ana', '    hello there'])
  expect(messageLines(message(7, 'hello there'), 10)).toEqual(['   7', '09:14 ana', '  hello', '  there'])
})

test('edited and deleted messages say so', () => {
  const editedAt = '2026-11-23T09:20:00.000Z'
  expect(messageLines(message(7, 'hello', { editedAt }), 80)).toEqual(['   7 09:14 ana       hello (edited)'])
  expect(messageLines(message(7, null, { deletedAt: editedAt }), 80)).toEqual(['   7 09:14 ana       (deleted)'])
})

test('nobody can forge a line: what others wrote never stands in the first column', () => {
  const forged = `x\n   8 09:15 marta     I agree${'\u00a0'.repeat(100)}   9 09:16 luis      me too`
  const [, ...rest] = messageLines(message(7, forged), 80)
  for (const line of rest) expect(line).toMatch(/^ {21}/)
})

const look = (more: Partial<Look>): Look => ({ ...bare, ...more })

test('a name has its colour, our own is bold as well, and the columns stay where they are', () => {
  const colours = look({ colours: 256, me: 'luis' })
  const marta = nameColour('marta')
  expect(messageLines(message(7, 'hola', { author: { name: 'marta', kind: 'person' } }), 80, '', colours)).toEqual([
    `   7 09:14 \x1b[38;5;${marta}mmarta\x1b[39m     hola`
  ])
  expect(messageLines(message(8, 'sí', { author: { name: 'luis', kind: 'person' } }), 80, '', colours)).toEqual([
    `   8 09:14 \x1b[1m\x1b[38;5;${nameColour('luis')}mluis\x1b[39m\x1b[22m      sí`
  ])
  expect(nameColour('MARTA')).toBe(marta)
})

test('who is called by name reads it in bold, row by row, with and without colours', () => {
  const called = look({ me: 'luis', mentions: (text) => text.includes('luis') })
  expect(messageLines(message(7, 'luis, ¿me lees desde ahí?'), 40, '', called)).toEqual([
    '   7 09:14 ana       \x1b[1mluis, ¿me lees\x1b[22m',
    '                     \x1b[1mdesde ahí?\x1b[22m'
  ])
  expect(messageLines(message(7, 'yo, luis', { author: { name: 'luis', kind: 'person' } }), 80, '', called)).toEqual([
    '   7 09:14 luis      yo, luis'
  ])
})

test('to be heard, a line says who, when, what and its number, and no row begins with the text of others', () => {
  const plain = look({ plain: true })
  expect(messageLines(message(7, 'hola'), 80, '', plain)).toEqual(['ana, 09:14: hola (7)'])
  expect(messageLines(message(7, null), 80, '', plain)).toEqual(['ana, 09:14: (deleted) (7)'])
  expect(messageLines(message(7, 'uno dos tres cuatro\ncinco', { author: { name: 'ci', kind: 'bot' } }), 26, '', plain)).toEqual([
    'ci (bot), 09:14: uno dos',
    '    tres cuatro',
    '    cinco (7)'
  ])
})

test.each([80, 40, 20])(
  'what is hostile does no harm at %i columns: no control byte, no row that is too wide, none at column 0',
  (columns) => {
    for (const text of hostileTexts) {
      for (const each of [bare, look({ plain: true })]) {
        const [, ...rest] = messageLines(message(7, text), columns, '', each)
        for (const line of rest) expect(line).toMatch(/^ {4}/)
        for (const line of messageLines(message(7, text), columns, '', each)) {
          expect(line).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069\u200b]/u)
          expect(widest(line)).toBeLessThan(columns)
        }
      }
    }
  }
)
