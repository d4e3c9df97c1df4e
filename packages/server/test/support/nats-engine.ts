import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { freePort } from '../processes/support/free-port.ts'
import { type Host, here } from './host.ts'

/** Why there is no NATS to test with; undefined: there is one. */
export const noNats: string | undefined =
  spawnSync('nats-server', ['--version']).error && 'nats-server is missing (Debian: apt-get install nats-server)'

/** A NATS server on a port of its own, which stays the same when it is started again. It keeps nothing. */
export class NatsEngine {
  readonly url: string
  readonly port: number
  readonly #args: readonly string[]
  readonly #host: Host
  #child: ChildProcess | undefined

  /** @param args  more flags, as in `--user` */
  static async start(args: readonly string[] = [], host: Host = here): Promise<NatsEngine> {
    const engine = new NatsEngine(await freePort(), args, host)
    await engine.start()
    return engine
  }

  private constructor(port: number, args: readonly string[], host: Host) {
    this.port = port
    this.#args = args
    this.#host = host
    this.url = `nats://${host.address}:${port}`
  }

  /** Start it again; resolves when it takes connections. */
  async start(): Promise<void> {
    const { under, address } = this.#host
    const [program = '', ...args] = [...under, 'nats-server', '-a', address, '-p', `${this.port}`, ...this.#args]
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] })
    this.#child = child
    let said = ''
    await new Promise<void>((resolve, reject) => {
      child.stderr.on('data', (bytes) => {
        said = `${said}${bytes}`.slice(-10_000)
        if (said.includes('Server is ready')) resolve()
      })
      child.once('exit', () => reject(new Error(`nats-server ended: ${said}`)))
    })
  }

  /** As `kill -9` does. */
  async stop(): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const exit = once(child, 'exit')
    child.kill('SIGKILL')
    await exit
  }

  /** It answers nothing until it is thawed; connections stay open. */
  freeze(): void {
    this.#child?.kill('SIGSTOP')
  }

  thaw(): void {
    this.#child?.kill('SIGCONT')
  }
}
