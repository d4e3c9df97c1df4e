import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

/** A proxy in front of a server, in a process of its own. */
export class ProxyProcess {
  readonly #child: ChildProcess

  /** Start it, and wait until it passes on what it is asked on that port. */
  static async start(command: string, args: string[], port: number, env: NodeJS.ProcessEnv = process.env): Promise<ProxyProcess> {
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'], env })
    let said = ''
    child.stderr.on('data', (bytes) => {
      said += bytes
    })
    const ended = once(child, 'exit').then(() => {
      throw new Error(`${command} ended: ${said}`)
    })
    await Promise.race([listening(port), ended])
    ended.catch(() => {}) // it ends when the test is over
    return new ProxyProcess(child)
  }

  private constructor(child: ChildProcess) {
    this.#child = child
  }

  /** At once: it has nothing to keep, and would wait for streams. */
  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const exit = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await exit
  }
}

async function listening(port: number): Promise<void> {
  for (;;) {
    try {
      return void (await fetch(`http://127.0.0.1:${port}/health/live`))
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}
