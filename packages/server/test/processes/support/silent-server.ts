import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { ask } from './ask.ts'
import { freePort } from './free-port.ts'

export const serverProgram = fileURLToPath(new URL('../../../bin/chat-server.js', import.meta.url))

/** A folder that goes with the test. */
export function temporaryFolder(): string {
  const path = mkdtempSync(join(tmpdir(), 'tertulia-process-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** A real server whose standard output leads somewhere else than to whoever started it: its port is chosen beforehand. */
export class SilentServer {
  readonly child: ChildProcess
  readonly url: string
  readonly #exit: Promise<unknown[]>

  /** Resolves when it answers. It writes a line for each request. `under`: what is put before its name. */
  static async start(stdio: StdioOptions, under: string[] = []): Promise<SilentServer> {
    const port = await freePort()
    const words = ['start', '--port', `${port}`, '--db', join(temporaryFolder(), 'chat.db'), '--log-level', 'debug']
    const [command = '', ...rest] = [...under, process.execPath, serverProgram, ...words]
    const child = spawn(command, rest, { stdio })
    onTestFinished(() => void child.kill('SIGKILL'))
    const server = new SilentServer(child, `http://127.0.0.1:${port}`)
    await answers(server.url)
    return server
  }

  private constructor(child: ChildProcess, url: string) {
    this.child = child
    this.url = url
    this.#exit = once(child, 'exit')
  }

  /** Make it write this many lines more, long ones. */
  async write(lines: number): Promise<void> {
    for (let n = 0; n < lines; n++) await ask('GET', longLine(this.url))
  }

  /** How many lines it says that it has dropped. */
  dropped = async (): Promise<number> => droppedLines(this.url)

  /** Ends with the exit code, or the signal that ended it. */
  async stop(): Promise<unknown> {
    this.child.kill('SIGTERM')
    const [code, signal] = await this.#exit
    return code ?? signal
  }
}

/** What to ask for so that a server writes a line of a kilobyte. */
export const longLine = (url: string): string => `${url}/health/live?${'x'.repeat(1_000)}`

export async function droppedLines(url: string): Promise<number> {
  const { body } = await ask('GET', `${url}/metrics`)
  return Number(/^tertulia_log_lines_dropped_total (\d+)$/m.exec(body)?.[1])
}

/** Resolves when a server answers there. */
export async function answers(url: string): Promise<void> {
  for (;;) {
    const answer = await ask('GET', `${url}/health/live`).catch(() => undefined)
    if (answer?.status === 200) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
