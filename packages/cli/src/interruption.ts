import { constants } from 'node:os'

const signals = ['SIGINT', 'SIGTERM'] as const

/** The signals that ask a program to end: the first one is taken as a wish, a second one ends it where it stands. */
export class Interruption {
  #signal: (typeof signals)[number] | undefined

  constructor(onInterrupt: () => void) {
    for (const signal of signals) {
      process.once(signal, () => {
        this.#signal ??= signal
        onInterrupt()
      })
    }
  }

  /** End as the signal would have, if there was one: with 130 or 143 to the shell, which then ends a loop around it as well. */
  end(): void {
    if (this.#signal === undefined) return
    for (const signal of signals) process.removeAllListeners(signal)
    // The first process of a container is spared by its own signals.
    process.exitCode = 128 + constants.signals[this.#signal]
    process.kill(process.pid, this.#signal)
  }
}
