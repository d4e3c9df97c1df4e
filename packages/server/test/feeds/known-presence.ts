import type { LogEvent, PresenceNote } from '@tertulia/protocol'

/** Names of the members who follow a room, as the list tells them. */
export type AskWhoIsHere = (log: number) => Promise<string[]>

/** Who is connected to a room, as a reader knows it: from the list, and from what it is told since it asked for that. */
export class KnownPresence {
  readonly #ask: () => Promise<string[]>
  #here: Set<string> | undefined
  /** What was told since the list was asked for; undefined: it is not being asked for. */
  #told: ((here: Set<string>) => void)[] | undefined
  #askAgain = false

  constructor(ask: () => Promise<string[]>) {
    this.#ask = ask
  }

  get names(): string[] | undefined {
    return this.#told || !this.#here ? undefined : [...this.#here].sort()
  }

  async ask(): Promise<void> {
    if (this.#told) {
      this.#askAgain = true
      return
    }
    this.#told = []
    const here = new Set(await this.#ask())
    for (const apply of this.#told) apply(here)
    this.#here = here
    this.#told = undefined
    if (!this.#askAgain) return
    this.#askAgain = false
    await this.ask()
  }

  hear(note: PresenceNote): void {
    if (note.more) void this.ask()
    this.#apply((here) => {
      for (const name of note.connected) here.add(name)
      for (const name of note.disconnected) here.delete(name)
    })
  }

  see(event: LogEvent): void {
    if (event.type === 'member.left') this.#apply((here) => here.delete(event.member.name))
  }

  #apply(apply: (here: Set<string>) => void): void {
    this.#told?.push(apply)
    if (this.#here) apply(this.#here)
  }
}
