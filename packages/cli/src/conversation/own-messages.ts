import type { Message } from '@tertulia/protocol'

/** A message of our own, as we know it. */
export interface OwnMessage {
  id: number
  text: string
  rev: number
}

/** Our own messages in a room, so that they can be gone through and edited. */
export class OwnMessages {
  readonly #me: string
  readonly #byId = new Map<number, OwnMessage>()

  constructor(me: string) {
    this.#me = me
  }

  /** Of whoever wrote it, and in whatever order. */
  note({ id, author, text, rev }: Message): void {
    if (author.name !== this.#me || (this.#byId.get(id)?.rev ?? 0) > rev) return
    if (text === null) this.#byId.delete(id)
    else this.#byId.set(id, { id, text, rev })
  }

  forget(): void {
    this.#byId.clear()
  }

  get(id: number): OwnMessage | undefined {
    return this.#byId.get(id)
  }

  /** The newest one, or the newest that is older than this one. */
  older(than = Number.POSITIVE_INFINITY): OwnMessage | undefined {
    const ids = [...this.#byId.keys()].filter((id) => id < than)
    return this.#byId.get(Math.max(...ids))
  }

  /** The oldest one that is newer than this one. */
  newer(than: number): OwnMessage | undefined {
    const ids = [...this.#byId.keys()].filter((id) => id > than)
    return this.#byId.get(Math.min(...ids))
  }
}
