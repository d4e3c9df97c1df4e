import { randomBytes } from 'node:crypto'
import { Socket } from 'node:net'
import pg from 'pg'
import type { Hint } from '../bus.ts'
import type { Carrier, CarrierListener } from '../carried-bus.ts'

export interface NotifyOptions {
  /** `postgres://[user[:password]@]host[:port]/database`, of the server itself: LISTEN does not pass a pooler that shares connections. */
  url: string
  /** Which chat of those that share a database: the epoch of its store. */
  chat: string
}

/**
 * By these PostgreSQL lets go of the connection of a machine that vanished, as the store has it too: notifications that somebody listens
 * to, and does not take, are kept for all.
 */
const lettingGo = '-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3 -c tcp_user_timeout=25000'

/** Prepared once for each connection. */
const tell = { name: 'tell', text: 'SELECT pg_notify($1, payload) FROM unnest($2::text[]) AS payload' }

/** A notification takes less than 8,000 bytes. What is written here is ASCII. */
const payloadMax = 7_900

/**
 * NOTIFY of PostgreSQL, which at a commit holds a lock of the whole server: one for all that leaves together, and it says only how far
 * each log has come.
 */
export async function dialPostgres({ url, chat }: NotifyOptions, listener: CarrierListener): Promise<Carrier> {
  const node = randomBytes(6).toString('hex')
  const channel = `tertulia_${chat}`
  const echoes = new Map<string, () => void>()
  const connections: Connection[] = []
  const close = () => {
    for (const connection of connections) connection.close()
  }
  const open = async () => {
    const connection = await Connection.open(url, listener.onEnd)
    connections.push(connection)
    return connection.client
  }

  const hear = (payload: string) => {
    const [from, ...words] = payload.split(' ')
    if (from === node) {
      for (const word of words) echoes.get(word)?.()
      return
    }
    for (const word of words) {
      const [, log, head] = /^(\d+):(\d+)$/.exec(word) ?? []
      if (log !== undefined) listener.onHint({ log: Number(log), head: Number(head) })
      else if (word === gapWord) listener.onGap()
    }
  }
  try {
    const hearing = await open()
    hearing.on('notification', ({ payload = '' }) => hear(payload))
    await hearing.query(`LISTEN ${channel}`)
    const telling = await open()
    await telling.query('SET synchronous_commit = off') // what outlives a crash is in the store
    let told: Promise<unknown> = Promise.resolve()
    /** One at a time. */
    const notify = (payloads: readonly string[]) => {
      told = told.catch(() => {}).then(() => telling.query({ ...tell, values: [channel, payloads] }))
      return told
    }
    let pings = 0
    return {
      send: async (hints, gap) => void (await notify(payloadsOf(node, hints, gap))),
      async ping() {
        const word = `ping${++pings}`
        const heard = new Promise<void>((resolve) => echoes.set(word, resolve))
        try {
          await notify([`${node} ${word}`])
          await heard
        } finally {
          echoes.delete(word)
        }
      },
      close
    }
  } catch (error) {
    close()
    throw error
  }
}

const gapWord = 'gap'

/** How far each log has come, in as few notifications as it fits into. */
function payloadsOf(node: string, hints: readonly Hint[], gap: boolean): string[] {
  const heads = new Map<number, number>()
  for (const { log, head } of hints) heads.set(log, Math.max(head, heads.get(log) ?? 0))
  const words = Array.from(heads, ([log, head]) => `${log}:${head}`)
  if (gap) words.push(gapWord)
  const payloads: string[] = []
  let payload = node
  for (const word of words) {
    if (payload.length + 1 + word.length > payloadMax) {
      payloads.push(payload)
      payload = node
    }
    payload += ` ${word}`
  }
  return [...payloads, payload]
}

/** One connection, which can be closed whatever state it is in: the library waits for the other end, which may be frozen. */
class Connection {
  readonly client: pg.Client
  readonly #socket: Socket

  static async open(url: string, onEnd: (why: Error | undefined) => void): Promise<Connection> {
    const socket = new Socket()
    const client = new pg.Client({
      connectionString: url,
      application_name: 'chat-server bus',
      options: lettingGo,
      connectionTimeoutMillis: 3_000,
      query_timeout: 5_000, // a host may vanish right after it let us in
      keepAlive: true,
      stream: () => socket
    })
    const connection = new Connection(client, socket)
    client.on('error', onEnd)
    client.on('end', () => onEnd(undefined))
    try {
      await client.connect()
    } catch (error) {
      socket.destroy()
      throw error
    }
    return connection
  }

  private constructor(client: pg.Client, socket: Socket) {
    this.client = client
    this.#socket = socket
  }

  /** In order, so that PostgreSQL logs no fault; the other end may be frozen, and is not waited for. */
  close(): void {
    this.client.end().catch(() => {})
    setTimeout(() => this.#socket.destroy(), 1_000).unref()
  }
}
