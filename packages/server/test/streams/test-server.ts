import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Message } from '@tertulia/protocol'
import Fastify, { type FastifyInstance } from 'fastify'
import { onTestFinished } from 'vitest'
import type { Certificate } from '../../../client/test/support/certificates.ts'
import { LocalBus } from '../../src/buses/local.ts'
import { httpServer } from '../../src/connections/http-server.ts'
import { Feeds, type FeedsOptions } from '../../src/feeds/feeds.ts'
import { streamSockets } from '../../src/plugins/stream-sockets.ts'
import type { Added, Command, CommandKind, Results } from '../../src/stores/commands.ts'
import { keyRange } from '../../src/stores/key-range.ts'
import type { StoredUser } from '../../src/stores/records.ts'
import { openSqliteStore } from '../../src/stores/sqlite/sqlite-store.ts'
import type { Store } from '../../src/stores/store.ts'
import { type Reader, Streams, type StreamsOptions, type Subscription } from '../../src/streams/streams.ts'
import { RawClient } from './raw-client.ts'

export interface TestServer {
  app: FastifyInstance
  store: Store
  streams: Streams
  /** Names of the users who follow a log. */
  following(log: number): Promise<string[]>
  port: number
  ana: StoredUser
  luis: StoredUser
  /** What the store could not answer. */
  errors: unknown[]
  /** Let the answer of `GET /slow` go, and streams that were asked for with `late=yes`. */
  release(): void
  /** Commit and tell the feeds; the command must be accepted. */
  commit<K extends CommandKind>(command: Extract<Command, { kind: K }>): Promise<Results[K]>
  /** The same in one transaction. */
  commitAll(commands: Command[]): Promise<unknown>
  send(room: string, text: string): Promise<Message>
  createRoom(name: string, visibility?: 'public' | 'private'): Promise<number>
  /** Send a request on a connection of its own. */
  request(head: string): Promise<RawClient>
  /** Follow `room:after,…` on a connection of its own; as a page, wait for what comes next. */
  follow(after: string, options?: { format?: Format; as?: 'ana' | 'luis' }): Promise<RawClient>
}

type Format = 'sse' | 'ndjson' | 'page'

interface Tuning {
  streams?: Omit<StreamsOptions, 'feeds' | 'epoch'>
  feeds?: Partial<FeedsOptions>
  /** Speak TLS with it. */
  certificate?: Certificate | undefined
}

/** Who comes and goes is told where it is about that; elsewhere it would come in between. */
const presenceMs = 60 * 60_000

/** A server that does nothing but stream, on a real store; gone with the test. */
export async function openServer(tuning: Tuning = {}): Promise<TestServer> {
  const folder = mkdtempSync(join(tmpdir(), 'tertulia-streams-'))
  const store = await openSqliteStore({ file: join(folder, 'chat.db') })
  const bus = new LocalBus()
  const errors: unknown[] = []
  const feeds = new Feeds({ store, bus, onError: (error) => errors.push(error), presenceMs, ...tuning.feeds })
  const streams = new Streams({ feeds, epoch: store.epoch, ...tuning.streams })

  const commitAll = async (commands: Command[]) => {
    const answers = await store.commit(commands)
    for (const answer of answers) {
      if (answer.refused) throw new Error(JSON.stringify(answer.refused))
      const { log, events } = answer as Partial<Added>
      const last = events?.at(-1)
      if (log !== undefined && last) bus.publish({ log, head: last.seq, events })
    }
    return answers as Results[CommandKind][]
  }
  const commit = async <K extends CommandKind>(command: Extract<Command, { kind: K }>) =>
    (await commitAll([command]))[0] as Results[K]
  const register = async (name: string, n: number) =>
    (await commit({ kind: 'register', name, userKind: 'person', tokenDigest: new Uint8Array(32).fill(n), atMs: 0 })).user
  const [ana, luis] = [await register('ana', 1), await register('luis', 2)]

  let release = () => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  const app = Fastify({ serverFactory: (handler) => httpServer(handler, tuning.certificate) })
  await app.register(streamSockets, { owns: (socket) => streams.owns(socket) })
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('x-from-hook', 'kept')
  })
  app.get('/ping', async () => 'pong')
  app.get('/slow', async () => {
    await released
    return 'slow'
  })
  app.get<{ Querystring: { after: string; format: Format; as: 'ana' | 'luis'; late?: string } }>(
    '/events',
    async (request, reply) => {
      const { after, format = 'sse', as = 'ana', late } = request.query
      if (late) await released
      const user = { ana, luis }[as]
      const reader: Reader = { user, tokenDigest: null, address: request.ip, addressBlock: undefined }
      const subscriptions: Subscription[] = []
      for (const part of after.split(',')) {
        const [name = '', cursor] = part.split(':')
        const found = await store.room(name, user.id)
        if (!found) return reply.code(404).send()
        const { log, room, head } = found
        subscriptions.push({ log, room: room.name, after: cursor === 'now' ? head : Number(cursor) })
      }
      if (format === 'page') return streams.wait(reply.raw, reader, subscriptions, { waitMs: 60 * 60_000, eventsMax: 100 })
      streams.follow(request, reply, format, reader, subscriptions)
    }
  )
  app.addHook('preClose', () => streams.drain())
  app.addHook('onClose', () => feeds.close())
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo

  const clients: RawClient[] = []
  onTestFinished(async () => {
    for (const client of clients) client.socket.destroy()
    release()
    await app.close()
    await store.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const request = async (head: string) => {
    const client = await RawClient.open(port, tuning.certificate?.cert)
    clients.push(client)
    client.send(head)
    return client
  }
  const following = async (log: number) => (await feeds.whereabouts.within(log, keyRange({}), 100)).map(({ key }) => key)
  return {
    app,
    store,
    streams,
    following,
    port,
    ana,
    luis,
    errors,
    release,
    commit,
    commitAll,
    request,
    send: async (room, text) => (await commit({ kind: 'send', actor: ana.id, room, text, atMs: 0 })).message,
    createRoom: async (name, visibility = 'public') =>
      (await commit({ kind: 'create-room', actor: ana.id, name, title: '', visibility, atMs: 0 })).log,
    follow: (after, { format = 'sse', as = 'ana' } = {}) =>
      request(`GET /events?after=${after}&format=${format}&as=${as} HTTP/1.1`)
  }
}
