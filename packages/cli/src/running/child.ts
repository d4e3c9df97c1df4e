import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { getSystemErrorMap } from 'node:util'
import { isFromTerminal } from './terminal-signals.ts'

/** How a command has ended: by itself, or by a signal. */
export type Ending = { exit: number } | { signal: NodeJS.Signals }

/** A command that cannot be run. */
export class StartFault extends Error {
  override readonly name = 'StartFault'
  /** As a shell counts it: 127 there is no such command, 126 it cannot be run. */
  readonly exit: 126 | 127

  /** @param cause  of the operating system; its message is put into words */
  constructor(cause: unknown) {
    const { code, errno } = cause instanceof Error ? (cause as NodeJS.ErrnoException) : {}
    const isMissing = code === 'ENOENT' || code === 'ERR_INVALID_ARG_VALUE'
    super(isMissing ? 'not found' : (getSystemErrorMap().get(errno ?? 0)?.[1] ?? String(cause)), { cause })
    this.exit = isMissing ? 127 : 126
  }
}

/** Those that ask a program to end. */
const signals = ['SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGHUP'] as const

/** A command of the user, which has our own standard input, output and error: we touch none of them while it runs. */
export class Child {
  readonly #child: ChildProcess
  readonly #received = new Set<NodeJS.Signals>()
  /** When it has ended. Until then the signals that would end us are given to it. */
  readonly ended: Promise<Ending>

  /** @throws StartFault */
  static async start(words: readonly string[]): Promise<Child> {
    const [command = '', ...args] = words
    try {
      const child = spawn(command, args, { stdio: 'inherit' })
      // Listens from the start: the command may end before we hear that it has begun.
      const running = new Child(child)
      await once(child, 'spawn')
      return running
    } catch (error) {
      throw new StartFault(error)
    }
  }

  private constructor(child: ChildProcess) {
    this.#child = child
    this.ended = new Promise((resolve) =>
      child.once('exit', (code, signal) => resolve(signal === null ? { exit: code ?? 1 } : { signal }))
    )
    for (const signal of signals) process.on(signal, this.#pass)
    child.once('exit', this.#stop)
    // One that never began, or a signal that may not be sent to it: it runs as somebody else.
    child.on('error', () => child.pid === undefined && this.#stop())
  }

  /** Whether somebody wanted us to end in that way as well. */
  received(signal: NodeJS.Signals): boolean {
    return this.#received.has(signal)
  }

  readonly #pass = (signal: NodeJS.Signals): void => {
    this.#received.add(signal)
    // What was typed it has got already.
    if (!isFromTerminal(signal)) this.#child.kill(signal)
  }

  readonly #stop = (): void => {
    for (const signal of signals) process.off(signal, this.#pass)
  }
}
