import { isInDoubt } from '@tertulia/client'
import { beforeSignal } from './before-signal.ts'

/** An edit or a deletion that is under way. */
interface Change {
  /** Command line that makes it. */
  line: string
  ended: Promise<void>
}

/** The edits and deletions of a conversation that are under way: whoever leaves waits for them, and is told of those that were given up. */
export class Changes {
  readonly #tellFailed: (what: string, error: unknown) => void
  readonly #underWay = new Set<Change>()
  readonly #end = new AbortController()

  /** @param tellFailed  hears what was not done, or may not have been, as the beginning of a sentence, and why */
  constructor(tellFailed: (what: string, error: unknown) => void) {
    this.#tellFailed = tellFailed
  }

  /** Command lines that make those that are under way, or were given up. */
  get lines(): string[] {
    return Array.from(this.#underWay, ({ line }) => line)
  }

  /**
   * @param done  what it does, as in “not edited”
   * @param make  fails as soon as the signal is given
   * @param failed  hears of a failure first; true: everything is told
   */
  begin(
    done: string,
    line: string,
    make: (signal: AbortSignal) => Promise<unknown>,
    failed: (error: unknown) => boolean = () => false
  ): void {
    const { signal } = this.#end
    const change: Change = {
      line,
      ended: make(signal)
        .catch((error) => {
          if (signal.aborted || failed(error)) return
          this.#tellFailed(isInDoubt(error) ? `may or may not have been ${done}` : `not ${done}`, error)
        })
        .then(() => {
          // What has been given up is left.
          if (!signal.aborted) this.#underWay.delete(change)
        })
    }
    this.#underWay.add(change)
  }

  /** Wait until all have ended, but not longer than until the signal; then give up what is left. */
  async close(signal: AbortSignal): Promise<void> {
    await beforeSignal(Promise.all(Array.from(this.#underWay, ({ ended }) => ended)), signal)
    this.#end.abort()
  }
}
