import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { FarNodes } from './far-nodes.ts'

/** Room, text, whether it was given up, and the id that was answered, if one was. */
export type Said = [room: string, text: string, isGivenUp: boolean, id?: number]

/** Those who write, in a process on the host of the clients. */
export class SteadyWriters {
  readonly #child
  readonly #task: object

  /** @param task  the rooms, who writes in them, and how many messages a second */
  constructor(nodes: FarNodes, task: { rooms: readonly string[]; tokens: readonly string[]; rate: number }) {
    const program = fileURLToPath(new URL('steady-writers.mjs', import.meta.url))
    const [command = '', ...args] = [...nodes.under('clients'), process.execPath, program]
    this.#child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    this.#task = { servers: nodes.places, ...task }
  }

  /** @returns where the balancer is, for clients on that host */
  async begin(): Promise<string> {
    this.#child.send(this.#task)
    const [{ balancer }] = await once(this.#child, 'message')
    return balancer
  }

  async stop(): Promise<{ said: Said[]; answers: [string, number][]; seconds: number }> {
    this.#child.send('stop')
    const [report] = await once(this.#child, 'message')
    return report
  }

  end(): void {
    this.#child.kill('SIGKILL')
  }
}
