import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { shellPrefix } from '../src/program.ts'
import { Home, program } from './support/chat.ts'

test.each([
  ['/repo/node_modules/.bin/chat', '/repo', 'npx '],
  ['/repo/node_modules/.bin/chat', '/other', ''],
  ['/repo/node_modules/.bin/chat', undefined, ''],
  ['/usr/local/bin/chat', '/repo', ''],
  ['/home/ana/.npm/_npx/1f/node_modules/.bin/chat', '/repo', ''],
  ['/repo/node_modules/.bin/vitest', '/repo', ''],
  [undefined, '/repo', '']
])('%s in the package %s is typed with “%s”', (script, folder, prefix) => {
  expect(shellPrefix(script, { npm_config_local_prefix: folder })).toBe(prefix)
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
