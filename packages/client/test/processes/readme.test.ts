import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { ServerProcess } from '../../../server/test/processes/support/server-process.ts'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const [, example = ''] = /^```js\n(.*?)^```$/ms.exec(readFileSync(at('../../README.md'), 'utf8')) ?? []

test('the example of the README runs as it is printed, the second time too', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tertulia-readme-'))
  const server = await ServerProcess.start(join(folder, 'chat.db'))
  let child: ChildProcess | undefined
  onTestFinished(async () => {
    child?.kill('SIGKILL')
    await server.end('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  })
  // Where it finds the package as a program does that has installed it.
  mkdirSync(join(folder, 'node_modules', '@tertulia'), { recursive: true })
  symlinkSync(at('../..'), join(folder, 'node_modules', '@tertulia', 'client'))
  writeFileSync(join(folder, 'example.mjs'), example)

  for (const said of [1, 2]) {
    child = spawn(process.execPath, ['example.mjs'], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, CHAT_SERVER: server.url }
    })
    const exit = once(child, 'exit')
    const lines: string[] = []
    for await (const line of createInterface({ input: child.stdout! })) {
      lines.push(line)
      if (lines.length === said) break
    }
    expect(lines).toEqual(Array(said).fill('luis: ¿hay alguien?'))
    child.kill()
    await exit
  }
  expect(statSync(join(folder, 'luis.token')).mode & 0o777).toBe(0o600)
})
