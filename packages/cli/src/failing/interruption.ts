import { constants } from 'node:os'

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
type Signal = (typeof signals)[number]

/** What a request fails with that somebody did not want to wait for. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
  /** 128 and the number of the signal, as a shell counts it. */
  readonly exit: number

  constructor(signal: NodeJS.Signals) {
    super('Interrupted')
    this.exit = 128 + constants.signals[signal]
  }
}

/** The signals that ask a program to end: the first one is taken as a wish, a second one ends it where it stands. */
export class Interruption {
  readonly #abort = new AbortController()
  #received: Signal | undefined

  constructor() {
    for (const signal of signals) process.once(signal, this.#receive)
  }

  readonly #receive = (signal: NodeJS.Signals): void => {
    this.#received ??= signal as Signal
    this.#abort.abort(new Interrupted(this.#received))
  }

  /** From here on a signal ends the program where it stands. */
  stop(): void {
    for (const signal of signals) process.off(signal, this.#receive)
  }

  /** Given with the first one; its reason is {@link Interrupted}. */
  get signal(): AbortSignal {
    return this.#abort.signal
  }

  /** End as the signal would have, if there was one: with 130 or 143 to the shell, which then ends a loop around it as well. */
  end(): void {
    if (this.#received === undefined) return
    for (const signal of signals) process.removeAllListeners(signal)
    // The first process of a container is spared by its own signals.
    process.exitCode = 128 + constants.signals[this.#received]
    process.kill(process.pid, this.#received)
  }
}

/** Work that fails with {@link Interrupted} as soon as somebody wants to leave, so that it can be told what is known of it. */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const interruption = new Interruption()
  try {
    return await work(interruption.signal)
  } finally {
    interruption.stop()
  }
}
