import { afterAll, beforeAll, expect, test } from 'vitest'
import { Home, startServer } from '../support/chat.ts'

let server: Awaited<ReturnType<typeof startServer>>
let ana: Home
const ids: number[] = []

beforeAll(async () => {
  server = await startServer()
  ana = new Home({ CHAT_SERVER: server.url })
  await ana.join(server.url, 'ana')
  const texts = Array.from({ length: 450 }, (_, at) => `${at} ${'x'.repeat(3_990)}`)
  for (const text of texts) ids.push(await say('general', text))
})
afterAll(async () => {
  ana.remove()
  await server.server.end()
  server.remove()
})

const say = async (room: string, text: string) => (await ana.client.messages.post(room, { text })).id
const idsOf = async (...args: string[]) =>
  (await ana.chat(['history', ...args])).stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => Number(line.split('\t')[1]))

test('the newest messages, or those next to a message', async () => {
  const middle = String(ids[200])
  expect(ids).toHaveLength(450)
  expect(await idsOf()).toEqual(ids.slice(-50))
  expect(await idsOf('-n', '3')).toEqual(ids.slice(-3))
  expect(await idsOf('general', '-n', '3', '--before', middle)).toEqual(ids.slice(197, 200))
  expect(await idsOf('-n', '3', '--after', middle)).toEqual(ids.slice(201, 204))
  expect(await idsOf('-n', '3', '--after', '0')).toEqual(ids.slice(0, 3))
  expect(await idsOf('-n', '3', '--around', middle)).toEqual(ids.slice(199, 202))
})

test('more than a page at once, in order, forwards, backwards and around a message, however soon the pages end', async () => {
  expect(await idsOf('-n', '401')).toEqual(ids.slice(-401))
  expect(await idsOf('-n', '1000')).toEqual(ids)
  expect(await idsOf('-n', '401', '--after', '0')).toEqual(ids.slice(0, 401))
  expect(await idsOf('-n', '400', '--before', String(ids.at(-1)))).toEqual(ids.slice(-401, -1))
  const around = async (at: number, count: number) => idsOf('-n', String(count), '--around', String(ids[at]))
  expect(await around(200, 301)).toEqual(ids.slice(50, 351))
  expect(await around(10, 201)).toEqual(ids.slice(0, 201))
  expect(await around(440, 201)).toEqual(ids.slice(-201))
  expect(await around(200, 900)).toEqual(ids)
})

test('lines are those of watch; --json is a page with the cursor behind it', async () => {
  await ana.client.rooms.create({ name: 'ops' })
  const [id, edited, gone] = [await say('ops', 'a\tb'), await say('ops', 'helo'), await say('ops', 'oops')]
  await ana.client.messages.edit('ops', edited, { text: 'hello' })
  await ana.client.messages.delete('ops', gone)
  const { stdout } = await ana.chat(['history', 'ops'])
  expect(stdout.split('\n').map((line) => line.split('\t').slice(1))).toEqual([
    [`${id}`, 'ops', 'ana', 'message.created', 'a\\tb'],
    [`${edited}`, 'ops', 'ana', 'message.edited', 'hello'],
    [`${gone}`, 'ops', 'ana', 'message.deleted', ''],
    []
  ])
  const page = JSON.parse((await ana.chat(['history', 'ops', '--json'])).stdout)
  expect(page.messages.map(({ text }: { text: string }) => text)).toEqual(['a\tb', 'hello', null])
  expect((await ana.chat(['watch', 'ops', '--after', page.cursor, '--once'])).stdout).toBe('')
})

test('only one place at a time', async () => {
  expect(await ana.chat(['history', '--before', '7', '--around', '7'])).toMatchObject({ code: 2, stdout: '' })
})

test.each([
  [
    'history',
    '[404 room-not-found]\nFor the newest 5 messages: chat history -n 5\nFor message 5: chat history --around 5 -n 1\n'
  ],
  ['watch', '[404 room-not-found]\nTo start with 5 old messages: chat watch -n 5\n'],
  ['who', '[404 room-not-found]\nAfter who comes the name of a room: chat who general\n']
])('chat %s with a number, where a room is expected, says what to type', async (command, hint) => {
  expect(await ana.chat([command, '5'])).toMatchObject({ code: 4, stderr: expect.stringContaining(hint) })
})
