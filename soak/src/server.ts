import { readdirSync } from 'node:fs'
import type { ServerProcess } from '../../packages/server/test/processes/support/server-process.ts'
import { Fault, hold } from './fault.ts'
import { startServer } from './start-server.ts'
import type { World } from './world.ts'

/** Of pino: `error`. */
const errorLevel = 50

/** The server of a run, in one process after the other. What it writes to its log is read too. */
export class Server {
  readonly #db: string
  readonly #world: World
  #process: ServerProcess | undefined
  /** Lines that say that something failed. */
  readonly errors: string[] = []
  /** When the present process began to listen, by performance.now(). */
  bornMs = 0
  starts = 0
  fault: Error | undefined

  constructor(db: string, world: World) {
    this.#db = db
    this.#world = world
    world.url = () => this.process.url
  }

  get process(): ServerProcess {
    if (!this.#process) throw new Fault('there was no server yet')
    return this.#process
  }

  async start(): Promise<void> {
    this.#process = await startServer(this.#db, this.#process?.port ?? 0, (line) => this.#hear(line))
    this.bornMs = performance.now()
    this.starts++
  }

  async kill(): Promise<void> {
    await this.process.end('SIGKILL')
  }

  async stop(): Promise<void> {
    const code = await this.process.end('SIGTERM')
    hold(code === 0, () => `the server stopped with ${code}`)
  }

  signal(signal: NodeJS.Signals): void {
    process.kill(this.process.pid, signal)
  }

  /** A figure of `/metrics`, without labels. */
  async figure(name: string): Promise<number> {
    const text = await (await fetch(`${this.process.url}/metrics`)).text()
    return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN)
  }

  /** Linux only; elsewhere NaN. */
  descriptors(): number {
    try {
      return readdirSync(`/proc/${this.process.pid}/fd`).length
    } catch {
      return Number.NaN
    }
  }

  #hear(line: string): void {
    const shown = [...this.#world.secrets].find((secret) => line.includes(secret)) ?? /said\d+x\w+/.exec(line)?.[0]
    if (shown !== undefined) this.fault ??= new Fault(`a line of the log holds ${shown}: ${line}`)
    const { level } = JSON.parse(line) as { level: number }
    if (level >= errorLevel) this.errors.push(line)
  }
}
