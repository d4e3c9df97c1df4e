import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { freePort } from './free-port.ts'

const program = fileURLToPath(new URL('../../../bin/chat-server.js', import.meta.url))

const collectOnSignal = fileURLToPath(new URL('collect-on-signal.mjs', import.meta.url))

/** How a server ended that could not start, and the line that it said. */
export interface Refused {
  code: number | null
  said: string
}

/** How a server is told of a database file, or of the URL of a database. */
const placeFlag = (place: string): string => (place.startsWith('postgres:') ? '--store' : '--db')

/** A real server in a process of its own, told apart from others by its database file, or the URL of its database. */
export class ServerProcess {
  readonly url: string
  readonly port: number
  readonly pid: number
  readonly #child: ChildProcess
  readonly #exit: Promise<number | NodeJS.Signals>

  /**
   * Start it without rate limits, perhaps under another program, and wait until it says where it listens.
   * @param collects  it lets go of garbage when it is told to
   * @param start  the program and its command, where it is not the one of this repository
   * @param onLine  hears what it writes to its log
   */
  static async start(
    file: string,
    {
      port = 0,
      args = [] as string[],
      under = [] as string[],
      collects = false,
      start = [program, 'start'],
      onLine = undefined as ((line: string) => void) | undefined
    } = {}
  ): Promise<ServerProcess> {
    const own = port || (await freePort()) // one that nobody takes until it is started there again
    const command = [...under, process.execPath, ...start, '--port', `${own}`, placeFlag(file), file, '--limits', 'off', ...args]
    const env = collects ? { ...process.env, NODE_OPTIONS: `--import=${collectOnSignal}` } : process.env
    const child = spawn(command[0] as string, command.slice(1), { stdio: ['ignore', 'pipe', 'pipe'], env })
    let said = ''
    child.stderr.on('data', (bytes) => {
      said += bytes
    })
    const url = await new Promise<string | undefined>((resolve) => {
      let isListening = false
      const lines = createInterface({ input: child.stdout })
      lines.on('close', () => resolve(undefined))
      lines.on('line', (line) => {
        onLine?.(line)
        if (isListening) return
        const { msg, url } = JSON.parse(line) as { msg: string; url: string }
        if (msg !== 'listening') return
        isListening = true
        resolve(url)
      })
    })
    if (url !== undefined) return new ServerProcess(child, url)
    throw new Error(`chat-server ended before it listened: ${said}`)
  }

  /** Start one that should not, perhaps under another program. */
  static async refused(file: string, { args = [] as string[], under = [] as string[] } = {}): Promise<Refused> {
    const [command = '', ...words] = [...under, process.execPath, program, 'start', '--port', '0', placeFlag(file), file, ...args]
    const child = spawn(command, words, { stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    child.stderr.on('data', (bytes) => {
      said += bytes
    })
    child.stdout.once('data', () => child.kill('SIGKILL')) // it listens
    const [code] = await once(child, 'close')
    return { code, said }
  }

  private constructor(child: ChildProcess, url: string) {
    this.url = url
    this.port = Number(new URL(url).port)
    this.pid = child.pid as number
    this.#child = child
    this.#exit = once(child, 'exit').then(([code, signal]) => code ?? signal)
  }

  /** Let it give back what it holds no more; it was started so that it `collects`. @returns bytes that it holds after that */
  async collect(): Promise<number> {
    const lines = createInterface({ input: this.#child.stderr as NodeJS.ReadableStream })
    this.#child.kill('SIGUSR2')
    for await (const line of lines) {
      const [, bytes] = /^holds (\d+) bytes$/.exec(line) ?? []
      if (bytes !== undefined) return Number(bytes)
    }
    throw new Error('the server has ended')
  }

  /** Send a signal; gives the exit code, or the signal that ended it. */
  end(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | NodeJS.Signals> {
    this.#child.kill(signal)
    return this.#exit
  }
}
