import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { SignedIn } from '@tertulia/protocol'
import { Lan } from '../../../../cli/test/processes/support/lan.ts'
import { NatsEngine } from '../../support/nats-engine.ts'
import { PostgresEngine } from '../../support/postgres-engine.ts'
import { ServerProcess } from './server-process.ts'

const port = 1543
const count = 3

/** Several servers of one chat, its PostgreSQL, its NATS and its clients, each on a host of its own: what goes between two of them can be lost. */
export class FarNodes {
  readonly lan: Lan
  readonly postgres: PostgresEngine
  readonly nats: NatsEngine
  readonly servers: ServerProcess[] = []
  /** Names of the hosts of the servers, in their order. */
  readonly names = Array.from({ length: count }, (_, n) => `node${n + 1}`)
  /** Address and port of each. */
  readonly places = this.names.map((_, n) => `10.79.0.${11 + n}:${port}`)
  readonly #under: ReadonlyMap<string, string[]>
  #database = ''
  #bus: string[] = []

  /** The engines; the servers begin with a chat. */
  static async open(): Promise<FarNodes> {
    const lan = new Lan()
    const under = new Map(['clients', 'postgres', 'nats'].map((name, n) => [name, lan.host(name, `10.79.0.${1 + n}`)]))
    for (const n of Array(count).keys()) under.set(`node${n + 1}`, lan.host(`node${n + 1}`, `10.79.0.${11 + n}`))
    const at = (name: string) => under.get(name) as string[]
    const postgres = await PostgresEngine.start([], { under: at('postgres'), address: '10.79.0.2' })
    const nats = await NatsEngine.start([], { under: at('nats'), address: '10.79.0.3' })
    return new FarNodes(lan, under, postgres, nats)
  }

  private constructor(lan: Lan, under: ReadonlyMap<string, string[]>, postgres: PostgresEngine, nats: NatsEngine) {
    this.lan = lan
    this.#under = under
    this.postgres = postgres
    this.nats = nats
  }

  /** What to put before a command so that it runs on that host. */
  under(name: string): string[] {
    return this.#under.get(name) as string[]
  }

  /** Start all servers with a new chat. @returns the URL of its database */
  async begin(bus: 'nats' | 'postgres' = 'nats'): Promise<string> {
    this.#database = await this.postgres.createDatabase()
    this.#bus = bus === 'nats' ? ['--bus', this.nats.url] : []
    await Promise.all(this.names.map((_, n) => this.startAgain(n)))
    return this.#database
  }

  async startAgain(index: number): Promise<void> {
    const args = ['--host', '0.0.0.0', ...this.#bus]
    const under = this.under(this.names[index] as string)
    this.servers[index] = await ServerProcess.start(this.#database, { port, args, under })
  }

  /** End all servers. */
  async end(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.end('SIGKILL')))
    this.servers.length = 0
  }

  async remove(): Promise<void> {
    await this.end()
    await this.nats.stop()
    await this.postgres.remove()
    this.lan.remove()
  }

  /** Ask a server from where the clients are. @param flags  of curl @throws when it is refused */
  async ask(path: string, ...flags: string[]): Promise<string> {
    const [program = '', ...args] = [...this.under('clients'), 'curl', '-sSf', ...flags, `http://${this.places[0]}${path}`]
    return (await promisify(execFile)(program, args)).stdout
  }

  /** A new user, and another one where a machine that is busy leaves it open whether the first is there. @returns their token */
  async register(name: string): Promise<string> {
    for (let tries = 0; ; tries++) {
      const json = [
        '-H',
        'content-type: application/json',
        '-d',
        JSON.stringify({ name: tries === 0 ? name : `${name}${tries}` })
      ]
      const said = await this.ask('/v1/users', ...json).catch(() => undefined)
      if (said !== undefined) return (JSON.parse(said) as SignedIn).token
    }
  }

  /** Resolves once the room is there. */
  async makeRoom(name: string, token: string): Promise<void> {
    const bearer = ['-H', `authorization: Bearer ${token}`]
    const json = ['-H', 'content-type: application/json', '-d', JSON.stringify({ name })]
    for (let isThere = false; !isThere; ) {
      await this.ask('/v1/rooms', ...bearer, ...json).catch(() => {})
      isThere = await this.ask(`/v1/rooms/${name}`, ...bearer).then(
        () => true,
        () => false
      )
    }
  }
}
