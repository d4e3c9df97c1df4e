import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Message } from '@tertulia/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ServerProcess } from '../../../server/test/processes/support/server-process.ts'
import { ChatClient, ProblemError } from '../../src/index.ts'
import { nodeHttp } from '../../src/transports/node-http.ts'
import { answerThief, type Theft } from '../support/answer-thief.ts'

let folder: string
let server: ServerProcess
const tokens: Record<string, string> = {}
/** Sees what the server has: nothing comes between. */
let ana: ChatClient
let luis: ChatClient

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tertulia-lost-'))
  server = await ServerProcess.start(join(folder, 'chat.db'))
  const register = async (name: string) => {
    const { token } = await new ChatClient({ server: server.url }).users.register({ name })
    tokens[name] = token
    return new ChatClient({ server: server.url, token })
  }
  ana = await register('ana')
  luis = await register('luis')
})
afterAll(async () => {
  await server.end('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

const failure = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error) => error
  )

let rooms = 0
const newRoom = async (settings: { title?: string; visibility?: 'public' | 'private' } = {}) =>
  (await ana.rooms.create({ name: `room${++rooms}`, ...settings })).name

describe.each([
  ['fetch', undefined],
  ['node:http', nodeHttp()]
])('over %s', (_name, transport) => {
  /** A client whose answers get lost, and what it asked for. */
  async function robbed(name: string | undefined, theft: Theft) {
    const { url, lines } = await answerThief(server.url, theft)
    const token = name === undefined ? undefined : tokens[name]
    return { client: new ChatClient({ server: url, token, transport }), lines }
  }
  const writes = (lines: string[]) => lines.filter((line) => !line.startsWith('GET '))

  describe('an edit', () => {
    const said = (text: string): Promise<Message> => ana.messages.post('general', { text })
    const edit = (id: number) => `PUT /v1/rooms/general/messages/${id}`
    const now = async (id: number) => (await ana.messages.get('general', id)).text

    test.each(['after', 'gateway'] as const)('that was carried out is found to be (%s)', async (loss) => {
      const { id } = await said('helo')
      const { client } = await robbed('ana', { line: edit(id), loss })
      expect(await client.messages.edit('general', id, { text: 'hello' })).toMatchObject({ id, text: 'hello' })
      expect(await now(id)).toBe('hello')
    })

    test('that did not arrive is made, if the message was never edited', async () => {
      const { id } = await said('helo')
      const { client } = await robbed('ana', { line: edit(id), loss: 'before' })
      expect(await client.messages.edit('general', id, { text: 'hello' })).toMatchObject({ text: 'hello' })
    })

    test.each(['before', 'after', 'gateway'] as const)('never undoes another one that came meanwhile (%s)', async (loss) => {
      const { id } = await said('helo')
      const meanwhile = () => ana.messages.edit('general', id, { text: 'from my phone' })
      const { client, lines } = await robbed('ana', { line: edit(id), loss, meanwhile })
      const error = await failure(client.messages.edit('general', id, { text: 'hello' }))
      expect(await now(id)).toBe('from my phone')
      expect(error).toMatchObject({ mayHaveArrived: true })
      const current = error instanceof ProblemError ? error.problem.current : (error as { current: unknown }).current
      expect(current).toMatchObject({ id, text: 'from my phone' })
      expect(writes(lines)).toEqual([edit(id)])
    })

    test('of a message that was deleted meanwhile is told so', async () => {
      const { id } = await said('helo')
      const meanwhile = () => ana.messages.delete('general', id)
      const { client } = await robbed('ana', { line: edit(id), loss: 'after', meanwhile })
      expect(await failure(client.messages.edit('general', id, { text: 'hello' }))).toMatchObject({ code: 'message-deleted' })
    })

    test('on a condition is repeated on it: done if it was carried out, stale if another one came first', async () => {
      const { id } = await said('helo')
      const ifMatch = `"${(await ana.messages.history('general', { limit: 1 })).cursor.replace(/\d+$/, `${id}`)}"`
      const { client } = await robbed('ana', { line: edit(id), loss: 'after' })
      expect(await client.messages.edit('general', id, { text: 'hello' }, { ifMatch })).toMatchObject({ text: 'hello' })

      const late = await robbed('ana', { line: edit(id), loss: 'before' })
      const error = await failure(late.client.messages.edit('general', id, { text: 'bye' }, { ifMatch }))
      expect(error).toMatchObject({ code: 'stale', problem: { current: { text: 'hello' } } })
      expect(await now(id)).toBe('hello')
    })

    test("of another's message is refused as it would have been, whatever it says", async () => {
      const { id } = await said('hello')
      const { client } = await robbed('luis', { line: edit(id), loss: 'after' })
      expect(await failure(client.messages.edit('general', id, { text: 'hello' }))).toMatchObject({ code: 'not-author' })
    })

    test('whose answer stays away is reported with the doubt, and without retry nothing is looked at', async () => {
      const { id } = await said('helo')
      const { client, lines } = await robbed('ana', { line: edit(id), loss: 'after' })
      const error = await failure(client.messages.edit('general', id, { text: 'hello' }, { retry: false }))
      expect(error).toMatchObject({ reason: 'reset', mayHaveArrived: true })
      expect(lines).toHaveLength(1)
    })
  })

  describe('a deletion', () => {
    const remove = (id: number) => `DELETE /v1/rooms/general/messages/${id}`
    const isGone = async (id: number) => (await failure(ana.messages.get('general', id))) instanceof ProblemError

    test.each(['before', 'after', 'gateway'] as const)('is made, or was (%s)', async (loss) => {
      const { id } = await ana.messages.post('general', { text: 'oops' })
      const { client } = await robbed('ana', { line: remove(id), loss })
      await client.messages.delete('general', id)
      expect(await isGone(id)).toBe(true)
    })

    test('does not erase another text that came meanwhile', async () => {
      const { id } = await ana.messages.post('general', { text: 'oops' })
      const meanwhile = () => ana.messages.edit('general', id, { text: 'better' })
      const { client, lines } = await robbed('ana', { line: remove(id), loss: 'before', meanwhile })
      const error = await failure(client.messages.delete('general', id))
      expect(error).toMatchObject({ reason: 'reset', mayHaveArrived: true, current: { text: 'better' } })
      expect(await isGone(id)).toBe(false)
      expect(writes(lines)).toEqual([remove(id)])
    })
  })

  describe('the settings of a room', () => {
    test.each(['before', 'after', 'gateway'] as const)('are changed (%s)', async (loss) => {
      const room = await newRoom()
      const { client } = await robbed('ana', { line: `PATCH /v1/rooms/${room}`, loss })
      expect(await client.rooms.change(room, { title: 'Ops' })).toMatchObject({ name: room, title: 'Ops' })
    })

    test.each(['before', 'after'] as const)('are not put back to what somebody has changed meanwhile (%s)', async (loss) => {
      const room = await newRoom()
      const meanwhile = () => ana.rooms.change(room, { title: 'Old ops', archived: true })
      const { client, lines } = await robbed('ana', { line: `PATCH /v1/rooms/${room}`, loss, meanwhile })
      const error = await failure(client.rooms.change(room, { title: 'Ops' }))
      expect(error).toMatchObject({ mayHaveArrived: true, current: { title: 'Old ops', archived: true } })
      expect(await ana.rooms.get(room)).toMatchObject({ title: 'Old ops', archived: true })
      expect(writes(lines)).toHaveLength(1)
    })
  })

  describe('a new room', () => {
    test.each(['before', 'after', 'gateway'] as const)('is made once (%s)', async (loss) => {
      const name = `new${++rooms}`
      const { client } = await robbed('ana', { line: 'POST /v1/rooms', loss })
      const room = await client.rooms.create({ name, title: 'New' })
      expect(room).toEqual(await ana.rooms.get(name))
    })

    test('whose name somebody else took meanwhile is none of ours', async () => {
      const name = `new${++rooms}`
      const meanwhile = () => luis.rooms.create({ name, title: 'New' })
      const { client } = await robbed('ana', { line: 'POST /v1/rooms', loss: 'before', meanwhile })
      expect(await failure(client.rooms.create({ name, title: 'New' }))).toMatchObject({
        code: 'name-taken',
        mayHaveArrived: true
      })
    })
  })

  describe('members', () => {
    const roleOf = async (room: string, name: string) =>
      (await ana.members.list(room)).members.find((member) => member.name === name)?.role

    test.each(['after', 'gateway'] as const)('somebody was added (%s)', async (loss) => {
      const room = await newRoom({ visibility: 'private' })
      const { client, lines } = await robbed('ana', { line: `PUT /v1/rooms/${room}/members/Luis`, loss })
      expect(await client.members.put(room, 'Luis')).toEqual({ name: 'luis', kind: 'person', role: 'member' })
      expect(writes(lines)).toHaveLength(1)
    })

    test.each(['before', 'after'] as const)('nobody is brought back whom somebody has taken out (%s)', async (loss) => {
      const room = await newRoom({ visibility: 'private' })
      const meanwhile = () => failure(ana.members.delete(room, 'luis'))
      const { client } = await robbed('ana', { line: `PUT /v1/rooms/${room}/members/luis`, loss, meanwhile })
      expect(await failure(client.members.put(room, 'luis'))).toMatchObject({ mayHaveArrived: true })
      expect(await roleOf(room, 'luis')).toBeUndefined()
    })

    test.each(['banned', 'moderator'] as const)('somebody was made %s', async (role) => {
      const room = await newRoom()
      const { client, lines } = await robbed('ana', { line: `PUT /v1/rooms/${room}/members/Luis`, loss: 'after' })
      expect(await client.members.setRole(room, 'Luis', role)).toEqual({ name: 'luis', kind: 'person', role })
      expect(writes(lines)).toHaveLength(1)
    })

    test.each(['before', 'after'] as const)('a role is not given again that somebody has taken away (%s)', async (loss) => {
      const room = await newRoom()
      const meanwhile = async () => void (await ana.members.setRole(room, 'luis', 'member'))
      const { client } = await robbed('ana', { line: `PUT /v1/rooms/${room}/members/luis`, loss, meanwhile })
      expect(await failure(client.members.setRole(room, 'luis', 'banned'))).toMatchObject({ mayHaveArrived: true })
      expect(await roleOf(room, 'luis')).toBe('member')
    })

    test.each(['before', 'after', 'gateway'] as const)('one joins oneself (%s)', async (loss) => {
      const room = await newRoom()
      const { client } = await robbed('luis', { line: `PUT /v1/rooms/${room}/members/me`, loss })
      expect(await client.members.put(room, 'me')).toMatchObject({ name: 'luis', role: 'member' })
      expect(await roleOf(room, 'luis')).toBe('member')
    })

    test.each(['public', 'private'] as const)('one has left a %s room', async (visibility) => {
      const room = await newRoom({ visibility })
      await ana.members.put(room, 'luis')
      const { client } = await robbed('luis', { line: `DELETE /v1/rooms/${room}/members/me`, loss: 'after' })
      await client.members.delete(room, 'me')
      expect(await roleOf(room, 'luis')).toBeUndefined()
    })

    test.each(['before', 'after'] as const)('nobody is taken out whom somebody has brought back (%s)', async (loss) => {
      const room = await newRoom()
      await ana.members.put(room, 'luis')
      const meanwhile = () => ana.members.put(room, 'luis')
      const { client, lines } = await robbed('ana', { line: `DELETE /v1/rooms/${room}/members/luis`, loss, meanwhile })
      expect(await failure(client.members.delete(room, 'luis'))).toMatchObject({ mayHaveArrived: true })
      expect(await roleOf(room, 'luis')).toBe('member')
      expect(writes(lines)).toHaveLength(1)
    })
  })

  describe('a name', () => {
    test('that did not arrive is registered', async () => {
      const { client } = await robbed(undefined, { line: 'POST /v1/users', loss: 'before' })
      const name = `u${transport ? 1 : 2}`
      expect(await client.users.register({ name })).toMatchObject({ user: { name }, token: expect.any(String) })
    })

    test('that was registered without an answer is taken, perhaps by ourselves', async () => {
      const { client } = await robbed(undefined, { line: 'POST /v1/users', loss: 'after' })
      const error = await failure(client.users.register({ name: `u${transport ? 3 : 4}` }))
      expect(error).toMatchObject({ code: 'name-taken', mayHaveArrived: true })
    })
  })

  test('a text is said once, however often its answer is lost', async () => {
    const room = await newRoom()
    const { client } = await robbed('ana', { line: `POST /v1/rooms/${room}/messages`, loss: 'gateway', times: 2 })
    await client.messages.post(room, { text: 'once' })
    expect((await ana.messages.history(room)).messages.map(({ text }) => text)).toEqual(['once'])
  })
})
