import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import type { PresenceNote, PresentMember, SignedIn } from '@tertulia/protocol'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { noPostgres, PostgresEngine } from '../support/postgres-engine.ts'
import { isLong } from '../support/test-length.ts'
import { Nodes } from './support/nodes.ts'
import type { ServerProcess } from './support/server-process.ts'

const room = '/v1/rooms/general'
const soon = { timeout: 90_000, interval: 50 }

/** Somebody who follows the room at a server, and keeps what is told of others. */
class Listener {
  readonly notes: PresenceNote[] = []
  readonly #stream: IncomingMessage

  static async begin({ url }: ServerProcess, token: string): Promise<Listener> {
    const headers = { authorization: `Bearer ${token}`, accept: 'application/x-ndjson' }
    const asked = get(`${url}${room}/events?after=now`, { agent: false, headers })
    const [stream] = (await once(asked, 'response')) as [IncomingMessage]
    expect(stream.statusCode).toBe(200)
    const listener = new Listener(stream)
    onTestFinished(() => listener.end())
    return listener
  }

  private constructor(stream: IncomingMessage) {
    this.#stream = stream
    let text = ''
    stream.setEncoding('utf8')
    stream.on('error', () => {}) // its server was killed
    stream.on('data', (part) => {
      const lines = `${text}${part}`.split('\n')
      text = lines.pop() ?? ''
      for (const line of lines.filter(Boolean)) {
        const said = JSON.parse(line) as PresenceNote | { type: string }
        if (said.type === 'presence') this.notes.push(said as PresenceNote)
      }
    })
  }

  get connected(): string[] {
    return this.notes.flatMap(({ connected }) => connected)
  }

  get disconnected(): string[] {
    return this.notes.flatMap(({ disconnected }) => disconnected)
  }

  end(): void {
    this.#stream.destroy()
  }
}

describe.skipIf(noPostgres)(noPostgres ?? 'who is connected to three servers', { timeout: 300_000 }, () => {
  let postgres: PostgresEngine
  beforeAll(async () => {
    postgres = await PostgresEngine.start()
  })
  afterAll(() => postgres.remove())

  async function open() {
    const url = await postgres.createDatabase()
    const nodes = await Nodes.start(url)
    onTestFinished(() => nodes.end())
    const database = new pg.Client({ connectionString: url, options: '-c search_path=tertulia' })
    database.on('error', () => {})
    await database.connect()
    onTestFinished(() => database.end())
    const servers = nodes.servers as [ServerProcess, ServerProcess, ServerProcess]
    const tokens = new Map<string, string>()
    for (const name of ['ana', 'luis', 'marta', 'nuria']) {
      const made = await fetch(`${servers[0].url}/v1/users`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name })
      })
      const { token } = (await made.json()) as SignedIn
      tokens.set(name, token)
      const joined = await fetch(`${servers[0].url}${room}/members/me`, {
        method: 'PUT',
        headers: { authorization: `Bearer ${token}` }
      })
      expect(joined.ok).toBe(true)
    }
    const tokenOf = (name: string) => tokens.get(name) as string
    const begin = (server: ServerProcess, name: string) => Listener.begin(server, tokenOf(name))
    const list = async ({ url }: ServerProcess, query = '') => {
      const answer = await fetch(`${url}${room}/members${query}`, { headers: { authorization: `Bearer ${tokenOf('ana')}` } })
      if (!answer.ok) return [`${answer.status}`]
      const { members } = (await answer.json()) as { members: PresentMember[] }
      return members.filter(({ connected }) => connected).map(({ name }) => name)
    }
    const listed = async (server: ServerProcess, names: string[]) => {
      await expect.poll(() => list(server), soon).toEqual(names)
      await expect.poll(() => list(server, '?connected=true'), soon).toEqual(names)
    }
    const places = async (name: string) =>
      Number((await database.query('SELECT count(*) FROM presence WHERE here AND name = $1', [name])).rows[0].count)
    return { nodes, servers, database, begin, listed, places }
  }

  test('is the same at each; the people of one that is killed are told as gone by the others, once', async () => {
    const { servers, database, begin, listed } = await open()
    const [first, killed, third] = servers
    const ana = await begin(first, 'ana')
    const marta = await begin(third, 'marta')
    await begin(killed, 'luis')
    for (const server of servers) await listed(server, ['ana', 'luis', 'marta'])
    for (const one of [ana, marta]) await expect.poll(() => one.connected, soon).toContain('luis')
    await killed.end('SIGKILL')
    // What its lease would do by itself within 12 s.
    await database.query(
      "UPDATE node SET lease_until = clock_timestamp() WHERE id IN (SELECT node FROM presence WHERE here AND name = 'luis')"
    )
    await begin(first, 'nuria')
    for (const one of [ana, marta]) {
      const toldOfLuis = () => one.disconnected.filter((name) => name === 'luis')
      await expect.poll(() => [one.connected.includes('nuria'), toldOfLuis()], soon).toEqual([true, ['luis']])
    }
    for (const server of [first, third]) await listed(server, ['ana', 'marta', 'nuria'])
  })

  test.runIf(isLong)('is nobody of a server that is killed, by itself', async () => {
    const { servers, begin } = await open()
    const ana = await begin(servers[0], 'ana')
    await begin(servers[1], 'luis')
    await expect.poll(() => ana.connected, soon).toContain('luis')
    await servers[1].end('SIGKILL')
    await expect.poll(() => ana.disconnected, soon).toContain('luis')
  })

  test.runIf(isLong)('whoever changes to another in time, or whose server is stopped, was never away', async () => {
    const { servers, begin, listed, places } = await open()
    const [first, second, stopped] = servers
    const ana = await begin(first, 'ana')
    const marta = await begin(second, 'marta')
    const luis = await begin(stopped, 'luis')
    for (const server of servers) await listed(server, ['ana', 'luis', 'marta'])
    const leftAtMs = performance.now()
    marta.end()
    await begin(first, 'marta')
    luis.end()
    const end = stopped.end('SIGTERM')
    await begin(second, 'luis')
    const isInTime = performance.now() - leftAtMs < 4_000 // a busy machine may not be
    await end
    await expect.poll(async () => [await places('marta'), await places('luis')], soon).toEqual([1, 2])
    await begin(second, 'nuria')
    await expect.poll(() => ana.connected, soon).toContain('nuria')
    if (isInTime) expect(ana.disconnected).toEqual([])
    for (const server of [first, second]) await listed(server, ['ana', 'luis', 'marta', 'nuria'])
  })

  test.runIf(isLong)('is known again when PostgreSQL has crashed and forgotten it', async () => {
    const { servers, begin, listed } = await open()
    const ana = await begin(servers[0], 'ana')
    await begin(servers[1], 'luis')
    await expect.poll(() => ana.connected, soon).toContain('luis')
    await postgres.stop('immediate')
    await postgres.start()
    for (const server of servers) await listed(server, ['ana', 'luis'])
    await begin(servers[2], 'nuria')
    await expect.poll(() => ana.connected, soon).toContain('nuria')
  })
})
