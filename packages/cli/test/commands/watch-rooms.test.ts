import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { Home, startServer } from '../support/chat.ts'

let server: Awaited<ReturnType<typeof startServer>>
let ana: Home
let folder: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'chat-watch-'))
  server = await startServer()
  ana = new Home({ CHAT_SERVER: server.url })
  await ana.join(server.url, 'ana')
  await ana.client.rooms.create({ name: 'ops' })
})
afterAll(async () => {
  ana.remove()
  rmSync(folder, { recursive: true, force: true })
  await server.server.end()
  server.remove()
})

const say = (room: string, text: string) => ana.client.messages.post(room, { text })
/** Room and text of each line. */
const saidIn = (stdout: string) =>
  stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split('\t'))
    .map((cells) => `${cells[2]}: ${cells[5]}`)
const cursorOf = async (room: string) => (await ana.client.messages.history(room, { limit: 1 })).cursor

test('several rooms are watched together, however they are spelled, each once', async () => {
  const watching = ana.start(['watch', 'OPS', 'general', 'ops'])
  onTestFinished(async () => {
    await watching.end()
  })
  await watching.until('stderr', 'watching ops')
  await watching.until('stderr', 'watching general')
  await say('ops', 'one')
  await say('general', 'two')
  await say('ops', 'three')
  await watching.until('stdout', 'three')
  expect(saidIn(watching.stdout)).toEqual(['ops: one', 'general: two', 'ops: three'])
})

test('old messages of all come first, in the order of their times', async () => {
  for (const [room, text] of [
    ['general', 'a'],
    ['ops', 'b'],
    ['general', 'c']
  ] as const)
    await say(room, text)
  const { stdout } = await ana.chat(['watch', 'ops', 'general', '-n', '2', '--count', '4'])
  expect(saidIn(stdout).slice(1)).toEqual(['general: a', 'ops: b', 'general: c'])
})

test('--once with --state: each room goes on where it was left', async () => {
  const state = join(folder, 'seen')
  const missed = async (...rooms: string[]) =>
    saidIn((await ana.chat(['watch', ...rooms, '--state', state, '--once'])).stdout).sort()
  expect(await missed('general', 'ops')).toEqual([])
  await say('general', 'x')
  await say('ops', 'y')
  expect(await missed('ops')).toEqual(['ops: y'])
  await say('ops', 'z')
  expect(await missed('general', 'ops')).toEqual(['general: x', 'ops: z'])
  expect(await missed('general', 'ops')).toEqual([])
  expect(JSON.parse(readFileSync(state, 'utf8'))).toEqual({ general: await cursorOf('general'), ops: await cursorOf('ops') })
})

test('--after takes a cursor for each room, or one beginning for all', async () => {
  const after = `general:${await cursorOf('general')},ops:${await cursorOf('ops')}`
  await say('ops', 'later')
  expect(saidIn((await ana.chat(['watch', '--after', after, '--once'])).stdout)).toEqual(['ops: later'])
  const all = (await ana.chat(['watch', 'general', 'ops', '--after', '0', '--once', '--json'])).stdout.split('\n').slice(0, -1)
  for (const room of ['general', 'ops']) {
    const seqs = all.map((line) => JSON.parse(line)).flatMap((event) => (event.room === room ? [event.seq] : []))
    expect(seqs).toEqual(seqs.map((_, at) => at + 1))
  }
})

test('a cursor without its room, and a room that is not there, are told', async () => {
  expect(await ana.chat(['watch', 'general', 'ops', '--after', 'abcdefgh.7'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--after general:CURSOR,ops:CURSOR')
  })
  expect(await ana.chat(['watch', 'general', 'nowhere'])).toMatchObject({ code: 4, stderr: expect.stringContaining('“nowhere”') })
  const expired = await ana.chat(['watch', 'general', 'ops', '--after', 'ops:aaaaaaaa.7'])
  expect(expired).toMatchObject({ code: 4, stderr: expect.stringMatching(/older copy of ops .*\[410 cursor-expired\]/) })
})

test('a room that is left ends it, and says why', async () => {
  const luis = new Home({ CHAT_SERVER: server.url })
  onTestFinished(() => luis.remove())
  await luis.join(server.url, 'luis')
  await ana.client.rooms.create({ name: 'plans', visibility: 'private' })
  await ana.client.members.put('plans', 'luis')
  const watching = luis.start(['watch', 'general', 'plans'])
  await watching.until('stderr', 'watching plans')
  await ana.client.members.delete('plans', 'luis')
  expect(await watching.ended()).toBe(4)
  expect(watching.stderr).toContain('“plans”')
})
