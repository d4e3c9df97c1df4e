/** What can be said of a thing that was changed: one value, or several where an outcome is unknown. */
class Possible<T> {
  #values: Set<T>

  constructor(value: T) {
    this.#values = new Set([value])
  }

  is(value: T): void {
    this.#values = new Set([value])
  }

  mayBe(value: T): void {
    this.#values.add(value)
  }

  has = (value: T): boolean => this.#values.has(value)
  toString = (): string => [...this.#values].join(' or ')
}

export type Standing = 'owner' | 'moderator' | 'member' | 'banned' | 'none'

/** A room as those who write know it. Rights and settings are changed by one at a time, so that what they are now is known. */
export class Room {
  readonly name: string
  readonly title = new Possible('')
  readonly archived = new Possible(false)
  readonly visibility: Possible<'public' | 'private'>
  /** Newest messages, for whoever wants to change one. */
  readonly recent: { id: number; author: string; rev: number }[] = []
  readonly #standings = new Map<string, Possible<Standing>>()
  #last: Promise<unknown> = Promise.resolve()

  constructor(name: string, visibility: 'public' | 'private') {
    this.name = name
    this.visibility = new Possible(visibility)
  }

  standing(name: string): Possible<Standing> {
    let standing = this.#standings.get(name)
    if (!standing) {
      standing = new Possible<Standing>('none')
      this.#standings.set(name, standing)
    }
    return standing
  }

  /** One after the other. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work)
    this.#last = done.catch(() => {})
    return done
  }

  said(message: { id: number; author: string; rev: number }): void {
    this.recent.push(message)
    if (this.recent.length > 40) this.recent.shift()
  }
}
