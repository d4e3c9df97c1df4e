import { ChatClient, ConnectionError, type Followed, ProblemError, UnexpectedAnswer } from '@tertulia/client'
import type { Message, PresenceNote, RoomsNote } from '@tertulia/protocol'
import { expect, test } from 'vitest'
import { Hub, type HubOptions } from '../../src/hub/hub.ts'
import type { FromHub, Identity, Outgoing } from '../../src/hub/messages.ts'
import type { OutboxStore } from '../../src/hub/outbox-store.ts'
import { expired, RoomLog } from '../support/room-log.ts'

const identity = { server: 'http://127.0.0.1:1543', token: 'tt_a', name: 'ana' }

/** A queue that is read as it fills. */
class Feed<T> implements AsyncIterable<T> {
  readonly #items: (T | Error)[] = []
  #wake: (() => void) | undefined

  push(item: T | Error): void {
    this.#items.push(item)
    this.#wake?.()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (;;) {
      const item = this.#items.shift()
      if (item instanceof Error) throw item
      if (item !== undefined) yield item
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
    }
  }
}

interface Stream extends Feed<Followed> {
  after: Record<string, string>
  token: string
  signal: AbortSignal | undefined
}

interface Post {
  room: string
  text: string
  key: string | undefined
  answer: (result: Message | Error) => void
}

/** A hub, and what stands around it: streams that a test feeds, posts that it answers, a box that outlives it. */
function openHub({ box = new Map<string, Outgoing>(), now = (): number => 1_000_000 } = {}) {
  const told: FromHub[] = []
  /** Tabs that were told that their session is over. */
  const signedOut: unknown[] = []
  const streams: Stream[] = []
  const posts: Post[] = []
  const store: OutboxStore = {
    all: async () => [...box.values()].map((one) => ({ ...one })),
    put: async (outgoing) => void box.set(outgoing.key, { ...outgoing }),
    delete: async (key) => void box.delete(key),
    clear: async () => box.clear()
  }
  const clientOf = ({ token }: Identity) => ({
    followRooms: (after: Record<string, string>, options?: { signal?: AbortSignal }) => {
      const stream = Object.assign(new Feed<Followed>(), { after, token, signal: options?.signal, cursor: after })
      streams.push(stream)
      return stream
    },
    messages: {
      post: (room: string, { text }: { text: string }, options?: { idempotencyKey?: string }) =>
        new Promise<Message>((resolve, reject) => {
          const answer = (result: Message | Error) => (result instanceof Error ? reject(result) : resolve(result))
          posts.push({ room, text, key: options?.idempotencyKey, answer })
        })
    }
  })
  const tell = (message: FromHub, tab?: unknown) => {
    told.push(message)
    if (message.kind === 'signed-out') signedOut.push(tab)
  }
  const options = { tell, openOutboxStore: () => store, clientOf, now }
  const hub = new Hub(options as unknown as HubOptions)
  const outbox = () => told.flatMap((message) => (message.kind === 'outbox' ? [message.outbox] : [])).at(-1) ?? []
  const link = () => told.flatMap((message) => (message.kind === 'link' ? [message.link.state] : [])).at(-1)
  const send = (key: string, text: string, atMs = 1_000_000) =>
    hub.take({ kind: 'send', outgoing: { key, room: 'ops', text, atMs, state: 'waiting' } })
  return { hub, told, signedOut, streams, posts, store, outbox, link, send }
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve))

const refusal = (code: string, status: number) =>
  new ProblemError({ type: '', code, status, title: '', detail: `Refused: ${code}`, instance: '' })

const messageIn = (event: unknown): Message => (event as { message: Message }).message

test('texts leave one by one, in the order in which they were written', async () => {
  const { hub, posts, send, outbox, told } = openHub()
  hub.take({ kind: 'start', identity })
  for (const n of ['1', '2', '3']) send(`k${n}`, n)
  const log = new RoomLog()
  for (const n of ['1', '2', '3']) {
    await expect.poll(() => posts.length).toBe(Number(n))
    expect(posts.at(-1)).toMatchObject({ room: 'ops', text: n, key: `k${n}` })
    posts.at(-1)?.answer(messageIn(log.say('ana', n)))
  }
  await expect.poll(outbox).toEqual([])
  expect(told.filter(({ kind }) => kind === 'sent')).toHaveLength(3)
})

test('a room can be called as what every object has', () => {
  const { hub, streams } = openHub()
  hub.take({ kind: 'start', identity })
  hub.take({ kind: 'follow', rooms: ['constructor', 'toString'] })
  expect(Object.entries(streams.at(-1)?.after ?? {})).toEqual([
    ['@me', 'now'],
    ['constructor', 'now'],
    ['toString', 'now']
  ])
})

test('a text that was under way when its writer signed in again is sent with the new token', async () => {
  const { hub, posts, send, outbox } = openHub()
  hub.take({ kind: 'start', identity })
  send('k1', '1')
  await expect.poll(() => posts.length).toBe(1)
  hub.take({ kind: 'start', identity: { ...identity, token: 'tt_b' } })
  await expect.poll(() => outbox()[0]?.state).toBe('waiting')
  posts[0]?.answer(refusal('unauthorized', 401))
  await expect.poll(() => posts.map(({ key }) => key)).toEqual(['k1', 'k1'])
})

test('a text whose answer is lost is sent again under the same key, and what comes after it waits', async () => {
  const { hub, posts, send, outbox } = openHub()
  hub.take({ kind: 'start', identity })
  send('k1', '1')
  send('k2', '2')
  await expect.poll(() => posts.length).toBe(1)
  posts[0]?.answer(new ConnectionError('reset', identity.server))
  await expect.poll(() => outbox()[0]?.state).toBe('waiting')
  hub.take({ kind: 'wake', stale: false })
  await expect.poll(() => posts.map(({ key }) => key)).toEqual(['k1', 'k1'])
})

test('the page of a hotel’s network refuses nothing: the text waits', async () => {
  const { hub, posts, send, outbox } = openHub()
  hub.take({ kind: 'start', identity })
  send('k1', '1')
  await expect.poll(() => posts.length).toBe(1)
  posts[0]?.answer(UnexpectedAnswer.at(identity.server))
  await expect.poll(() => outbox()[0]?.state).toBe('waiting')
  hub.take({ kind: 'wake', stale: false })
  await expect.poll(() => posts.map(({ key }) => key)).toEqual(['k1', 'k1'])
})

test('whoever opens a page while the next try is far does not wait for it', async () => {
  const { hub, streams, link } = openHub()
  hub.take({ kind: 'start', identity }, 'one')
  hub.take({ kind: 'follow', rooms: ['ops'] }, 'one')
  streams[0]?.push({ type: 'disconnected', retryMs: 15_000 })
  await expect.poll(link).toBe('waiting')
  hub.take({ kind: 'start', identity }, 'two')
  expect(streams).toHaveLength(2)
})

test('a text that is refused says why, lets the next one pass, and leaves when one asks again', async () => {
  const { hub, posts, send, outbox } = openHub()
  hub.take({ kind: 'start', identity })
  send('k1', '1')
  send('k2', '2')
  await expect.poll(() => posts.length).toBe(1)
  posts[0]?.answer(refusal('room-archived', 403))
  await expect.poll(() => posts.length).toBe(2)
  expect(outbox()).toMatchObject([
    { key: 'k1', state: 'refused', why: 'Refused: room-archived', code: 'room-archived' },
    { key: 'k2' }
  ])
  posts[1]?.answer(messageIn(new RoomLog().say('ana', '2')))
  hub.take({ kind: 'retry', key: 'k1' })
  await expect.poll(() => posts.at(2)?.key).toBe('k1')
  posts[2]?.answer(refusal('room-archived', 403))
  await expect.poll(() => outbox()[0]?.state).toBe('refused')
  hub.take({ kind: 'discard', key: 'k1' })
  expect(outbox()).toEqual([])
})

test('what was written is sent by the next hub, when the browser ended before it could be', async () => {
  const box = new Map<string, Outgoing>()
  const first = openHub({ box })
  first.hub.take({ kind: 'start', identity })
  first.send('k1', '1')
  await expect.poll(() => first.posts.length).toBe(1)
  const second = openHub({ box })
  second.hub.take({ kind: 'start', identity })
  await expect.poll(() => second.posts.map(({ key }) => key)).toEqual(['k1'])
})

test('what has waited for longer than its key is remembered waits for a word, and gets another key', async () => {
  const day = 24 * 60 * 60 * 1000
  const old: Outgoing = { key: 'k1', room: 'ops', text: '1', atMs: 0, state: 'waiting' }
  const { hub, posts, outbox } = openHub({ box: new Map([['k1', old]]), now: () => day })
  hub.take({ kind: 'start', identity })
  await expect.poll(outbox).toMatchObject([{ state: 'refused', why: 'too-old' }])
  expect(posts).toEqual([])
  hub.take({ kind: 'retry', key: 'k1' })
  await expect.poll(() => posts.length).toBe(1)
  expect(posts[0]?.key).not.toBe('k1')
})

test('an event of one’s own takes the place of the oldest text under way that says the same', async () => {
  const { hub, posts, send, streams, told, outbox } = openHub()
  hub.take({ kind: 'start', identity })
  hub.take({ kind: 'follow', rooms: ['ops'] })
  send('k1', 'again')
  send('k2', 'again')
  await expect.poll(() => posts.length).toBe(1)
  const log = new RoomLog()
  const event = log.say('ana', 'again')
  streams[0]?.push(log.say('luis', 'again') as Followed)
  streams[0]?.push(event as Followed)
  // From another device: neither the text that has its message already nor the one that has not left.
  streams[0]?.push(log.say('ana', 'again') as Followed)
  const events = () => told.flatMap((message) => (message.kind === 'event' ? [message.adopts] : []))
  await expect.poll(events).toEqual([undefined, 'k1', undefined])
  posts[0]?.answer(messageIn(event))
  await expect.poll(() => outbox().map(({ key }) => key)).toEqual(['k2'])
})

test('it is live when every room has caught up, and says when it tries again', async () => {
  const { hub, streams, link } = openHub()
  hub.take({ kind: 'start', identity })
  hub.take({ kind: 'follow', rooms: ['ops', 'general'] })
  const [stream] = streams
  expect(Object.keys(stream?.after ?? {}).sort()).toEqual(['@me', 'general', 'ops'])
  for (const room of ['@me', 'ops', 'general']) stream?.push({ type: 'ready', room, cursor: 'abcd1234.1' })
  for (const room of ['@me', 'ops']) stream?.push({ type: 'synced', room, cursor: 'abcd1234.1' })
  await settled()
  expect(link()).not.toBe('live')
  stream?.push({ type: 'synced', room: 'general', cursor: 'abcd1234.1' })
  await expect.poll(link).toBe('live')
  stream?.push({ type: 'disconnected', retryMs: 5_000 })
  await expect.poll(link).toBe('waiting')
})

test('a server that cannot be reached at first is tried again until it can', async () => {
  const told: FromHub[] = []
  let tries = 0
  const transport = async () => {
    tries++
    throw new ConnectionError('refused', identity.server)
  }
  const pace = { random: () => 0, pause: () => settled() }
  const hub = new Hub({
    tell: (message) => void told.push(message),
    openOutboxStore: () => openHub().store,
    clientOf: (who) => new ChatClient({ ...who, transport, pace })
  })
  hub.take({ kind: 'start', identity })
  hub.take({ kind: 'follow', rooms: ['ops'] })
  await expect.poll(() => tries).toBeGreaterThan(2)
  expect(told.flatMap((message) => (message.kind === 'link' ? [message.link.state] : [])).at(-1)).toBe('waiting')
  hub.take({ kind: 'sign-out' })
})

test('who comes and goes is passed on, and so are new rooms', async () => {
  const { hub, streams, told } = openHub()
  hub.take({ kind: 'start', identity })
  hub.take({ kind: 'follow', rooms: ['ops'] })
  const note: PresenceNote = { type: 'presence', room: 'ops', connected: ['luis'], disconnected: [], more: false }
  streams[0]?.push(note)
  await expect.poll(() => told.at(-1)).toEqual({ kind: 'presence', note })
  const news: RoomsNote = { type: 'rooms', room: '@me', rooms: [], more: true }
  streams[0]?.push(news)
  await expect.poll(() => told.at(-1)).toEqual({ kind: 'rooms', note: news })
})

test('another room opens the stream anew, and the same rooms do not', async () => {
  const { hub, streams } = openHub()
  hub.take({ kind: 'start', identity })
  hub.take({ kind: 'follow', rooms: ['ops'] }, 'one tab')
  hub.take({ kind: 'follow', rooms: ['ops'] }, 'another tab')
  expect(streams).toHaveLength(1)
  hub.take({ kind: 'follow', rooms: ['ops', 'general'] }, 'another tab')
  expect(streams[0]?.signal?.aborted).toBe(true)
  expect(Object.keys(streams[1]?.after ?? {})).toEqual(['@me', 'ops', 'general'])
})

test('when the last tab goes the stream ends; when one comes back it goes on', () => {
  const { hub, streams } = openHub()
  hub.take({ kind: 'start', identity }, 'tab')
  hub.take({ kind: 'follow', rooms: ['ops'] }, 'tab')
  hub.take({ kind: 'bye' }, 'tab')
  expect(streams[0]?.signal?.aborted).toBe(true)
  hub.take({ kind: 'start', identity }, 'tab')
  hub.take({ kind: 'follow', rooms: ['ops'] }, 'tab')
  expect(streams).toHaveLength(2)
})

test('a token that is refused ends the session, for the stream and for a text', async () => {
  const { hub, streams, told } = openHub()
  hub.take({ kind: 'start', identity })
  hub.take({ kind: 'follow', rooms: ['ops'] })
  streams[0]?.push(refusal('unauthorized', 401))
  await expect.poll(() => told.some(({ kind }) => kind === 'signed-out')).toBe(true)
  expect(streams).toHaveLength(1)
})

test('history that is gone is told, and the stream goes on from the present', async () => {
  const { hub, streams, told } = openHub()
  hub.take({ kind: 'start', identity })
  hub.take({ kind: 'follow', rooms: ['ops'] })
  streams[0]?.push(expired('abcd1234.9'))
  await expect.poll(() => streams.length).toBe(2)
  expect(told).toContainEqual({ kind: 'lost', rooms: undefined })
  expect(streams[1]?.after).toEqual({ '@me': 'now', ops: 'now' })
})

test('a server that says again and again that history is gone is asked more and more rarely', async () => {
  const { hub, streams, told } = openHub()
  hub.take({ kind: 'start', identity })
  hub.take({ kind: 'follow', rooms: ['ops'] })
  for (const n of [1, 2, 3]) {
    await expect.poll(() => streams.length).toBe(n)
    streams[n - 1]?.push({ type: 'ready', room: 'ops', cursor: 'abcd1234.1' })
    streams[n - 1]?.push(expired('abcd1234.9'))
  }
  const waits = () =>
    told.flatMap((message) => (message.kind === 'link' && message.link.state === 'waiting' ? [message.link.untilMs] : []))
  await expect.poll(() => waits().length).toBe(2)
  const [first = 0, second = 0] = waits().map((untilMs) => untilMs - 1_000_000)
  expect(first).toBeGreaterThanOrEqual(250)
  expect(second).toBeGreaterThanOrEqual(500)
  hub.take({ kind: 'bye' })
})

test('a token that is refused ends the session of the tabs that have it, and the others go on with theirs', async () => {
  const { hub, streams, signedOut, posts, send, outbox } = openHub()
  const other = { ...identity, token: 'tt_b' }
  hub.take({ kind: 'start', identity }, 'one')
  hub.take({ kind: 'follow', rooms: ['ops'] }, 'one')
  hub.take({ kind: 'start', identity: other }, 'two')
  hub.take({ kind: 'follow', rooms: ['general'] }, 'two')
  expect(streams.map(({ token }) => token)).toEqual(['tt_a', 'tt_a'])
  send('k1', '1')
  await expect.poll(() => posts.length).toBe(1)

  streams.at(-1)?.push(refusal('unauthorized', 401))
  await expect.poll(() => streams.at(-1)?.token).toBe('tt_b')
  expect(signedOut).toEqual(['one'])
  expect(Object.keys(streams.at(-1)?.after ?? {})).toEqual(['@me', 'general'])
  posts[0]?.answer(refusal('unauthorized', 401))
  await expect.poll(() => posts.map(({ key }) => key)).toEqual(['k1', 'k1'])
  posts[1]?.answer(messageIn(new RoomLog().say('ana', '1')))
  await expect.poll(outbox).toEqual([])

  streams.at(-1)?.push(refusal('unauthorized', 401))
  await expect.poll(() => signedOut).toEqual(['one', 'two'])
})

test.each([
  ['whose token is used', 'one', 'tt_b'],
  ['whose token is not', 'two', 'tt_a']
])('a tab %s signs out: one with another token goes on, and what is written is still sent', async (_, leaves, token) => {
  const { hub, streams, signedOut, send, outbox } = openHub()
  hub.take({ kind: 'start', identity }, 'one')
  hub.take({ kind: 'start', identity: { ...identity, token: 'tt_b' } }, 'two')
  for (const tab of ['one', 'two']) hub.take({ kind: 'follow', rooms: ['ops'] }, tab)
  send('k1', '1')
  hub.take({ kind: 'sign-out' }, leaves)
  hub.take({ kind: 'bye' }, leaves)
  expect(signedOut).toEqual([leaves])
  expect(streams.at(-1)).toMatchObject({ token, signal: { aborted: false } })
  await settled()
  expect(outbox().map(({ key }) => key)).toEqual(['k1'])
})

test('after a sleep the connection is not trusted', async () => {
  const { hub, streams } = openHub()
  hub.take({ kind: 'start', identity })
  hub.take({ kind: 'follow', rooms: ['ops'] })
  hub.take({ kind: 'wake', stale: true })
  expect(streams).toHaveLength(2)
})
