import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Home, startServer } from '../support/chat.ts'

let server: Awaited<ReturnType<typeof startServer>>
let ana: Home
let folder: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'chat-output-'))
  server = await startServer()
  ana = new Home({ CHAT_SERVER: server.url })
  await ana.join(server.url, 'ana')
  await ana.client.rooms.create({ name: 'plans' })
})
afterAll(async () => {
  ana.remove()
  rmSync(folder, { recursive: true, force: true })
  await server.server.end()
  server.remove()
})

const last = async () => (await ana.client.messages.history('general')).messages.at(-1)
const lastId = async () => (await last())?.id

describe.skipIf(!existsSync('/dev/full'))('a full disk', () => {
  test('a message that was sent is told all the same, with its id', async () => {
    const { code, stderr } = await ana.shell('chat send hola >/dev/full')
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `chat: The output cannot be written: the disk is full. Sent to general as ana, as message ${await lastId()}. [ENOSPC]\n`
    })
  })

  test('with --json that is one line of problem JSON', async () => {
    const { code, stderr } = await ana.shell('chat send --json hola >/dev/full')
    expect(code).toBe(1)
    expect(JSON.parse(stderr)).toMatchObject({
      code: 'output-not-written',
      detail: expect.stringContaining(`as message ${await lastId()}.`)
    })
  })

  test.each([
    'rooms create ops',
    'rooms set --json plans --title x',
    'history',
    'history --json',
    'export',
    'rooms',
    'who --json',
    'whoami',
    'watch --after 0 --once',
    'watch --after 0 --once --json',
    'send --help'
  ])('chat %s ends with 1, and one sentence says why', async (line) => {
    const { code, stderr } = await ana.shell(`chat ${line} >/dev/full`)
    expect(code).toBe(1)
    expect(stderr.split('\n').filter((each) => each.includes('The output cannot be written'))).toHaveLength(1)
    expect(stderr).not.toMatch(/\n +at /)
  })

  test('--state does not move past a line that could not be written', async () => {
    const state = join(folder, 'seen')
    await ana.chat(['watch', '--state', state, '--once'])
    const before = readFileSync(state, 'utf8')
    await ana.client.messages.post('general', { text: 'to be read' })
    expect((await ana.shell(`chat watch --state ${state} --once >/dev/full`)).code).toBe(1)
    expect(readFileSync(state, 'utf8')).toBe(before)
    expect((await ana.shell(`chat watch --state ${state} --once`)).stdout).toMatch(/\tto be read\n$/)
  })

  test('talk that cannot be written ends and changes nothing', async () => {
    expect(await ana.shell('chat whoami 2>/dev/full')).toEqual({ code: 0, stdout: 'ana\n', stderr: '' })
    expect((await ana.shell('chat nonsense 2>/dev/full')).code).toBe(2)
    expect((await ana.shell('chat send x --room nowhere 2>/dev/full')).code).toBe(4)
    const explained = await ana.shell('chat send --explain explained 2>/dev/full')
    expect(explained).toMatchObject({ code: 0, stdout: `${await lastId()}\n` })
    expect((await ana.shell('chat watch --after 0 --count 1 2>/dev/full')).code).toBe(0)
  })
})

test('a disk that takes only the beginning is a full one', async () => {
  await ana.client.messages.post('general', { text: 'x'.repeat(2_000) })
  const file = join(folder, 'history')
  const { code, stderr } = await ana.shell(`ulimit -f 1; chat history --json >${file}`)
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('The output cannot be written') })
})

test('a reader that has gone ends it quietly, and what was done stays done', async () => {
  expect(await ana.shell('(chat history; echo "rc $?" >&2) | :')).toMatchObject({ stderr: 'rc 0\n' })
  expect(await ana.shell('(chat send gone; echo "rc $?" >&2) | :')).toMatchObject({ stderr: 'rc 0\n' })
  expect((await last())?.text).toBe('gone')
})
