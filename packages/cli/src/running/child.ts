import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { getSystemErrorMap } from 'node:util'
import { Interrupted } from '../failing/interruption.ts'
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

/** What has ended the command, such as Ctrl-C, was for us as well, and we may hear of its end first. */
const twinMs = 250

/** A command of the user, which has our own standard input, output and error: we touch none of them while it runs. */
export class Child {
  readonly #child: ChildProcess
  readonly #received = new Set<NodeJS.Signals>()
  readonly #impatience = new AbortController()
  #endedAt: number | undefined
  /** When it has ended. Until then the signals that would end us are given to it. */
  readonly ended: Promise<Ending>

  /** @throws StartFault */
  static async start(words: readonly string[]): Promise<Child> {
    const child = new Child(words)
    try {
      await once(child.#child, 'spawn')
      return child
    } catch (error) {
      child.stop()
      throw new StartFault(error)
    }
  }

  private constructor([command = '', ...args]: readonly string[]) {
    // Before it begins, so that there is no moment at which a signal would end us alone.
    for (const signal of signals) process.on(signal, this.#pass)
    try {
      this.#child = spawn(command, args, { stdio: 'inherit' })
    } catch (error) {
      this.stop()
      throw new StartFault(error)
    }
    this.ended = new Promise((resolve) =>
      this.#child.once('exit', (code, signal) => {
        this.#endedAt = performance.now()
        resolve(signal === null ? { exit: code ?? 1 } : { signal })
      })
    )
    // A signal may not be sent to one that runs as somebody else.
    this.#child.on('error', () => {})
  }

  /** Whether somebody wanted us to end in that way as well. */
  received(signal: NodeJS.Signals): boolean {
    return this.#received.has(signal)
  }

  /** Given when somebody wants us to end although it has ended already. */
  get impatience(): AbortSignal {
    return this.#impatience.signal
  }

  /** From here on a signal ends us where we stand. */
  stop(): void {
    for (const signal of signals) process.off(signal, this.#pass)
  }

  readonly #pass = (signal: NodeJS.Signals): void => {
    this.#received.add(signal)
    if (this.#endedAt === undefined) {
      // What was typed it has got already.
      if (!isFromTerminal(signal)) this.#child.kill(signal)
    } else if (performance.now() - this.#endedAt > twinMs) this.#impatience.abort(new Interrupted(signal))
  }
}
