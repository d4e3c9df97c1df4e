import { dropAll, keep, kept } from '../browser/kept.ts'

/** What was begun in each room and not sent, also when the page is loaded again. */
export class Drafts {
  readonly #who: string

  /** @param who  whose they are, on which server */
  constructor(who: string) {
    this.#who = who
  }

  get(room: string): string {
    return kept(this.#key(room)) ?? ''
  }

  set(room: string, text: string): void {
    keep(this.#key(room), text === '' ? null : text)
  }

  /** Who signs out leaves none of it to who uses the browser next. */
  clear(): void {
    dropAll(this.#key(''))
  }

  #key(room: string): string {
    return `tertulia ${this.#who} draft ${room}`
  }
}
