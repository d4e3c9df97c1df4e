import { type ChildProcess, execFileSync, type SpawnOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../processes/support/free-port.ts'
import { type Host, here } from './host.ts'

/** Debian keeps the programs of each version in a folder of its own, outside of the path. */
const debian = '/usr/lib/postgresql'
const bin = (existsSync(debian) ? readdirSync(debian) : [])
  .sort((a, b) => Number(b) - Number(a))
  .map((version) => join(debian, version, 'bin'))
  .find((folder) => existsSync(join(folder, 'initdb')))

/** Why there is no PostgreSQL to test with; undefined: there is one. */
export const noPostgres: string | undefined = bin ? undefined : 'PostgreSQL is missing (Debian: apt-get install postgresql)'

/** Whom it runs as, which may not be root. Without a number it is whoever runs the tests. */
export const owner: { uid?: number; gid?: number } = bin && process.getuid?.() === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : {}

/** What becomes its owner only then: nobody else may enter another network. */
const asOwner = owner.uid === undefined ? [] : ['setpriv', `--reuid=${owner.uid}`, `--regid=${owner.gid}`, '--clear-groups']

function idOf(which: '-u' | '-g'): number {
  return Number(execFileSync('id', [which, 'postgres'], { encoding: 'utf8' }))
}

/** A PostgreSQL cluster in a fresh temporary folder and on a port of its own, which stays the same when it is started again. */
export class PostgresEngine {
  readonly port: number
  readonly #folder: string
  readonly #settings: readonly string[]
  readonly #host: Host
  #postmaster: ChildProcess | undefined
  #databases = 0

  /** @param settings  as in `fsync=off` */
  static async start(settings: readonly string[] = [], host: Host = here): Promise<PostgresEngine> {
    const folder = mkdtempSync(join(tmpdir(), 'tertulia-postgres-'))
    if (owner.uid !== undefined) chownSync(folder, owner.uid, owner.gid ?? 0)
    const engine = new PostgresEngine(folder, await freePort(), settings, host)
    await run('initdb', ['-D', engine.#data, '-A', 'trust', '-U', 'chat', '-E', 'UTF8', '--locale', 'C.UTF-8', '--no-sync'])
    appendFileSync(join(engine.#data, 'pg_hba.conf'), 'host all all samenet trust\n')
    await engine.start()
    return engine
  }

  private constructor(folder: string, port: number, settings: readonly string[], host: Host) {
    this.#folder = folder
    this.port = port
    this.#settings = settings
    this.#host = host
  }

  get #data(): string {
    return join(this.#folder, 'data')
  }

  /** Start it again; resolves when it takes connections. */
  async start(): Promise<void> {
    const settings = [
      `listen_addresses=${this.#host.address}`,
      `unix_socket_directories=${this.#folder}`,
      'lc_messages=C',
      ...this.#settings
    ].flatMap((setting) => ['-c', setting])
    const postmaster = spawnOurs('postgres', ['-D', this.#data, '-p', `${this.port}`, ...settings], this.#host)
    this.#postmaster = postmaster
    let said = ''
    await new Promise<void>((resolve, reject) => {
      postmaster.stderr?.on('data', (bytes) => {
        said = `${said}${bytes}`.slice(-10_000)
        if (/ready to accept (read-only )?connections/.test(said)) resolve()
      })
      postmaster.once('exit', () => reject(new Error(`PostgreSQL ended: ${said}`)))
    })
  }

  /**
   * A new empty database, as a URL.
   * @param flags  more flags of `createdb`
   */
  async createDatabase(flags: readonly string[] = []): Promise<string> {
    const name = `chat${++this.#databases}`
    const { address } = this.#host
    await run('createdb', ['-h', address, '-p', `${this.port}`, '-U', 'chat', ...flags, name], this.#host)
    return `postgres://chat@${address}:${this.port}/${name}`
  }

  /** Carry out SQL as an administrator would beside the server. @returns what it prints, unaligned */
  async sql(database: string, text: string): Promise<string> {
    return run('psql', ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-d', database, '-c', text], this.#host)
  }

  /** Stop it in order, or as a crash would: `immediate`. What it held is there when it starts again. */
  async stop(how: 'fast' | 'immediate' = 'fast'): Promise<void> {
    const postmaster = this.#postmaster
    this.#postmaster = undefined
    if (!postmaster || postmaster.exitCode !== null || postmaster.signalCode !== null) return
    const exit = once(postmaster, 'exit')
    postmaster.kill(how === 'fast' ? 'SIGINT' : 'SIGQUIT')
    await exit
  }

  /** Nothing of it runs until it is thawed: connections stay open, and answer nothing. */
  freeze(): void {
    this.#signalAll('SIGSTOP')
  }

  thaw(): void {
    this.#signalAll('SIGCONT')
  }

  /** The postmaster first: while it stands still, nothing new is begun. */
  #signalAll(signal: NodeJS.Signals): void {
    const pid = this.#postmaster?.pid
    if (pid === undefined) throw new Error('PostgreSQL does not run')
    process.kill(pid, signal)
    for (const child of readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean)) {
      try {
        process.kill(Number(child), signal)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error // it has ended meanwhile
      }
    }
  }

  /** End it and remove what it wrote. */
  async remove(): Promise<void> {
    await this.stop('immediate')
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

function spawnOurs(program: string, args: string[], { under }: Host = here): ChildProcess {
  const options: SpawnOptions = { cwd: '/', stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env.PATH, TZ: 'UTC' } }
  const path = join(bin as string, program)
  const [first, ...rest] = [...under, ...asOwner, path, ...args] as [string, ...string[]]
  const child = spawn(first, rest, options)
  if (program === 'postgres') child.stdout?.resume()
  return child
}

async function run(program: string, args: string[], host: Host = here): Promise<string> {
  const child = spawnOurs(program, args, host)
  let [out, said] = ['', '']
  child.stdout?.on('data', (bytes) => {
    out += bytes
  })
  child.stderr?.on('data', (bytes) => {
    said += bytes
  })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`${program} failed: ${said}`)
  return out.trim()
}
