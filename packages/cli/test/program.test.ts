import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { chatWords } from '../src/program.ts'
import { Home, program } from './support/chat.ts'

const installed = '/usr/local/lib/node_modules/@tertulia/cli/program/chat.mjs'

test.each([
  ['/repo/node_modules/.bin/chat', '/repo', 'npx chat'],
  ['/repo/node_modules/.bin/chat', '/other', 'chat'],
  ['/repo/node_modules/.bin/chat', undefined, 'chat'],
  ['/usr/local/bin/chat', '/repo', 'chat'],
  ['/home/ana/.npm/_npx/1f/node_modules/.bin/chat', '/repo', 'chat'],
  ['/repo/node_modules/.bin/vitest', '/repo', 'chat'],
  [undefined, '/repo', 'chat']
])('%s in the package %s is typed as “%s”', (script, folder, words) => {
  expect(chatWords({ script, file: installed, env: { npm_config_local_prefix: folder } })).toBe(words)
})

test.each([
  ['chat.mjs', 'node chat.mjs'],
  ['./tertulia.js.mjs', 'node tertulia.js.mjs'],
  ['tools/chat.mjs', 'node tools/chat.mjs'],
  ["ana's chat.mjs", `node 'ana'\\''s chat.mjs'`]
])('the file alone, here as %s, is typed as %s', (path, words) => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'chat-alone-')))
  const before = process.cwd()
  onTestFinished(() => {
    process.chdir(before)
    rmSync(folder, { recursive: true, force: true })
  })
  process.chdir(folder)
  mkdirSync(join(folder, 'tools'))
  writeFileSync(join(folder, path), '')
  const script = join(folder, path)
  expect(chatWords({ script, file: script, env: {} })).toBe(words)
  process.chdir(before)
  expect(chatWords({ script, file: script, env: {} })).toBe(
    words.replace(path.replace('./', '').replace("'", "'\\''"), (name) => join(folder, name))
  )
})

test('a copy of the file that is called chat is typed as chat', () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'chat-alone-')))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const script = join(folder, 'chat')
  writeFileSync(script, '')
  expect(chatWords({ script, file: script, env: {} })).toBe('chat')
})

test('what npx has started is called by npx in what it says', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'chat-npx-'))
  const home = new Home({ npm_config_local_prefix: folder, CHAT_SERVER: 'http://127.0.0.1:9' })
  onTestFinished(() => {
    home.remove()
    rmSync(folder, { recursive: true, force: true })
  })
  mkdirSync(join(folder, 'node_modules', '.bin'), { recursive: true })
  const link = join(folder, 'node_modules', '.bin', 'chat')
  symlinkSync(program, link)
  const says = async (line: string) => (await home.shell(line)).stderr
  expect(await says(`${link} send hi`)).toBe(
    'chat: You have no name on http://127.0.0.1:9 yet. Choose one: npx chat join http://127.0.0.1:9 --as NAME\n'
  )
  expect(await says(`CHAT_TOKEN=x ${link} send hi`)).toContain('Start one with: npx chat-server start --port 9\n')
  expect(await says(`${link} edit 7`)).toContain('For example: npx chat edit 42 "good evening"\n')
  expect(await says('chat edit 7')).toContain('For example: chat edit 42 "good evening"\n')
})
