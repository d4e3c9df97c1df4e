import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'

/** Why no system call of another process can be made to fail here; undefined: it can. */
export const noFailingCalls = ((): string | undefined => {
  if (spawnSync('strace', ['-V']).status !== 0) return 'the program `strace` is missing'
  if (process.getuid?.() !== 0) return 'only root may trace a process that runs already'
  return undefined
})()

/** System calls of a running process on one file that fail, from the moment that it is made until `end`. */
export class FailingCalls {
  readonly #strace: ChildProcess
  readonly #lines: ReturnType<typeof createInterface>

  /** @param error  what they fail with, such as `EIO` */
  static async begin(pid: number, file: string, calls: string, error: string): Promise<FailingCalls> {
    const words = ['-f', '-p', `${pid}`, '-P', file, '-e', `trace=${calls}`, '-e', `inject=${calls}:error=${error}`]
    const strace = spawn('strace', words, { stdio: ['ignore', 'ignore', 'pipe'] })
    onTestFinished(() => void strace.kill('SIGKILL'))
    const failing = new FailingCalls(strace)
    await failing.#until(/ attached/)
    return failing
  }

  private constructor(strace: ChildProcess) {
    this.#strace = strace
    this.#lines = createInterface({ input: strace.stderr as NodeJS.ReadableStream })
  }

  /** Let them do their work again. */
  async end(): Promise<void> {
    const ended = once(this.#strace, 'close')
    this.#strace.kill('SIGINT')
    await ended
  }

  #until(wanted: RegExp): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#lines.on('line', (line) => {
        if (wanted.test(line)) resolve()
      })
      this.#strace.once('close', () => reject(new Error('strace has ended')))
    })
  }
}
