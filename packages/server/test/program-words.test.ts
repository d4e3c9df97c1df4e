import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { pages } from '../src/help-words.ts'
import { asTyped, programWords } from '../src/program-words.ts'

/** As npm sets it, with a package that has these programs. */
function npmWith(...programs: string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'tertulia-words-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(join(folder, 'node_modules', '.bin'), { recursive: true })
  for (const program of programs) writeFileSync(join(folder, 'node_modules', '.bin', program), '')
  return { npm_package_json: join(folder, 'package.json') }
}

test('npm finds the programs in the package that it has started the server from, and nobody else does', () => {
  expect(programWords('chat', npmWith())).toBe('chat') // another package: npx would fetch who knows what
  const env = npmWith('chat')
  expect(programWords('chat', env)).toBe('npx chat')
  expect(programWords('chat-server', env)).toBe('chat-server')
  expect(programWords('chat', {})).toBe('chat')
})

test('whatever tells people to type chat-server tells those who have it by npx alone so', () => {
  const env = npmWith('chat', 'chat-server')
  const hint = 'A chat-server is running with chat.db. Make a copy first: chat-server backup FILE --db chat.db'
  expect(asTyped(hint, env)).toBe(
    'A chat-server is running with chat.db. Make a copy first: npx chat-server backup FILE --db chat.db'
  )
  expect(asTyped('To see what there is: chat-server --help', env)).toBe('To see what there is: npx chat-server --help')
  for (const hint of [
    'node bin/chat-server start',
    'npx chat-server start',
    'chat-server knows 3',
    'chat-server.service start'
  ]) {
    expect(asTyped(hint, env)).toBe(hint)
  }
  expect(asTyped(hint, npmWith('chat'))).toBe(hint)
  for (const name of Object.keys(pages)) expect(asTyped(`chat-server ${name}`, env)).toBe(`npx chat-server ${name}`)
})
