import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { chatWords } from '../src/chat-words.ts'

test('npm finds the program in the package that it has started the server from, and nobody else does', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tertulia-words-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const env = { npm_package_json: join(folder, 'package.json') }
  expect(chatWords(env)).toBe('chat') // another package: npx would fetch who knows what
  mkdirSync(join(folder, 'node_modules', '.bin'), { recursive: true })
  writeFileSync(join(folder, 'node_modules', '.bin', 'chat'), '')
  expect(chatWords(env)).toBe('npx chat')
  expect(chatWords({})).toBe('chat')
})
