import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Home, startServer } from '../support/chat.ts'

let server: Awaited<ReturnType<typeof startServer>>
let ana: Home
let folder: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'chat-export-'))
  server = await startServer('--limits', 'off')
  ana = new Home({ CHAT_SERVER: server.url })
  await ana.join(server.url, 'ana')
  await ana.client.messages.post('general', { text: 'one' })
  await ana.client.messages.post('general', { text: '\u001b[2Jtwo' })
})
afterAll(async () => {
  ana.remove()
  rmSync(folder, { recursive: true, force: true })
  await server.server.end()
  server.remove()
})

const parsed = (text: string) =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line))

test('a room is printed whole, with nothing that a terminal would act on, and ends with its end', async () => {
  const { code, stdout, stderr } = await ana.chat(['export'])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).not.toContain('\u001b')
  const lines = parsed(stdout)
  expect(lines.map(({ type }) => type)).toEqual(['room', 'member', 'message', 'message', 'end'])
  expect(lines[3]).toMatchObject({ text: '\u001b[2Jtwo' })
  expect(lines[4]).toMatchObject({ messages: 2 })
  expect(await ana.chat(['export', '--json'])).toEqual({ code, stdout, stderr })
  expect(await ana.chat(['export', '-o', '-'])).toEqual({ code, stdout, stderr })
})

test('a file is written for its owner alone, and what was in it is replaced', async () => {
  const file = join(folder, 'general.ndjson')
  for (const _ of [1, 2]) {
    expect(await ana.chat(['export', 'general', '-o', file])).toEqual({ code: 0, stdout: '', stderr: '' })
    expect(parsed(readFileSync(file, 'utf8')).at(-1)).toMatchObject({ type: 'end', messages: 2 })
    expect(statSync(file).mode & 0o777).toBe(0o600)
  }
  expect(readdirSync(folder)).toEqual(['general.ndjson'])
  rmSync(file)
})

test('one that was cut is told as such and leaves no file: 7', async () => {
  const { stdout } = await ana.chat(['export'])
  const proxy = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' })
    response.write(stdout.slice(0, stdout.indexOf('{"type":"end"')), () => response.destroy())
  })
  await new Promise<void>((listening) => proxy.listen(0, '127.0.0.1', listening))
  const env = { CHAT_SERVER: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, CHAT_TOKEN: 'any' }
  const file = join(folder, 'cut.ndjson')
  expect(await ana.chat(['export', '--output', file], { env })).toEqual({
    code: 7,
    stdout: '',
    stderr: `chat: The export was cut after 2 messages: ${file} was not written. Try again.\n`
  })
  const printed = await ana.chat(['export'], { env })
  expect(printed).toMatchObject({ code: 7, stderr: expect.stringContaining('what was printed is not the whole room') })
  expect(readdirSync(folder)).toEqual([])
  proxy.closeAllConnections()
  await new Promise((closed) => proxy.close(closed))
})

test('a file that cannot be written is told: 1; a room that is not there: 4', async () => {
  expect(await ana.chat(['export', '-o', join(folder, 'no', 'file')])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('(no such file or directory). Choose another file with --output.')
  })
  expect((await ana.chat(['export', 'nowhere'])).code).toBe(4)
})
