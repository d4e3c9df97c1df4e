import { beforeEach, expect, test, vi } from 'vitest'
import { messageLines } from '../../src/printing/message-lines.ts'
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
