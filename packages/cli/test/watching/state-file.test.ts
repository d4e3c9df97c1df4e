import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { StateFile } from '../../src/watching/state-file.ts'

function file(text?: string | Buffer): string {
  const folder = mkdtempSync(join(tmpdir(), 'chat-state-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'seen')
  if (text !== undefined) writeFileSync(path, text)
  return path
}

test('what was noted is there the next time, and rooms that are not watched keep their place', () => {
  const path = file('{"ops":"abcdefgh.7"}')
  const state = new StateFile(path)
  expect(state.cursorOf('general')).toBeUndefined()
  state.note({ general: 'abcdefgh.1' })
  state.note({ general: 'abcdefgh.2', ops: 'now' })
  state.flush()
  const next = new StateFile(path)
  expect([next.cursorOf('general'), next.cursorOf('ops'), next.cursorOf('constructor')]).toEqual([
    'abcdefgh.2',
    'abcdefgh.7',
    undefined
  ])
  expect(readdirSync(join(path, '..'))).toEqual(['seen'])
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

test('it is saved by itself, once for all that was noted together', async () => {
  const path = file()
  const state = new StateFile(path)
  for (let seq = 1; seq <= 1_000; seq++) state.note({ general: `abcdefgh.${seq}` })
  expect(readdirSync(join(path, '..'))).toEqual([])
  await new Promise((resolve) => setImmediate(resolve))
  expect(readFileSync(path, 'utf8')).toBe('{"general":"abcdefgh.1000"}\n')
})

test('- is not a file', () => {
  expect(() => new StateFile('-')).toThrow('--state needs a file')
})

test('nothing noted, nothing written', () => {
  const path = file()
  new StateFile(path).flush()
  expect(readdirSync(join(path, '..'))).toEqual([])
})

test.each(['', 'hello', '[]', 'null', '{"general":7}'])('a file that holds something else (%s) is refused and stays', (text) => {
  const path = file(text)
  expect(() => new StateFile(path)).toThrow(/was not written by chat watch --state/)
  expect(readFileSync(path, 'utf8')).toBe(text)
})

test('a file that is not UTF-8 is refused, rather than to lose the place of a room', () => {
  expect(() => new StateFile(file(Buffer.from('{"caf\xe9":"abcdefgh.7"}', 'latin1')))).toThrow(/was not written by/)
})

test('a place that cannot be written is told, by the next note at the latest', async () => {
  const path = join(file(), 'in', 'no', 'folder')
  const state = new StateFile(path)
  state.note({ general: 'abcdefgh.1' })
  expect(() => state.flush()).toThrow(/Cannot write .*Choose another file with --state/)
  state.note({ general: 'abcdefgh.2' })
  await new Promise((resolve) => setImmediate(resolve))
  expect(() => state.note({ general: 'abcdefgh.3' })).toThrow(/Cannot write/)
})

test('a symbolic link stays, and what it leads to is replaced', () => {
  const [path, link] = [file('{"ops":"abcdefgh.7"}'), file()]
  symlinkSync(path, link)
  const state = new StateFile(link)
  state.note({ ops: 'abcdefgh.8' })
  state.flush()
  expect(lstatSync(link).isSymbolicLink()).toBe(true)
  expect(readFileSync(path, 'utf8')).toBe('{"ops":"abcdefgh.8"}\n')
})

test('what is no file is named, with what to do', () => {
  expect(() => new StateFile(tmpdir())).toThrow(/Cannot read .* \(illegal operation on a directory\)\. Choose another file/)
})
