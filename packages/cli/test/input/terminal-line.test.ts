import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { terminalLine } from '../../src/input/terminal-line.ts'

test('what comes after a line is for whoever reads next, in whatever pieces it came', async () => {
  const input = new PassThrough()
  for (const piece of ['lu', 'is\nho', 'la\n\nfin']) input.write(piece)
  expect(String(await terminalLine(input))).toBe('luis')
  expect(String(await terminalLine(input))).toBe('hola')
  expect(String(await terminalLine(input))).toBe('')
  const rest = new Promise((resolve) => input.once('data', resolve))
  input.resume()
  expect(String(await rest)).toBe('fin')
})

test('a terminal that has ended gives no line', async () => {
  const input = new PassThrough()
  input.end('half')
  expect(await terminalLine(input)).toBeUndefined()
})
