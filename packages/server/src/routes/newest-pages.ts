import type { Extent } from '../services/messages.ts'

/** The newest page of a room's history as it is sent. */
export interface ReadyPage {
  /** What was kept of the log when it was read. */
  firstSeq: number
  head: number
  /** Its version, as its entity tag, unquoted. */
  tag: string
  /** Its Link field; empty where there are no other pages. */
  links: string
  body: Buffer
}

const bytesMax = 64 * 1024 * 1024

/**
 * What most readers ask for first, kept ready: one page for each room, bounded in bytes, those asked for long ago let go.
 * A page is dropped before anybody is told of a change to its room, so that nobody who knows of it sees the page without it;
 * of what other nodes write nothing is heard in time, so a page is as good as the log was, from its first kept event to its head, when it
 * was read.
 */
export class NewestPages {
  readonly #pages = new Map<number, ReadyPage>()
  /** Who reads a page anew, and whether it changed meanwhile. */
  readonly #reading = new Map<number, { dropped: boolean }>()
  #bytes = 0

  drop(log: number): void {
    const reading = this.#reading.get(log)
    if (reading) reading.dropped = true
    this.#remove(log)
  }

  /**
   * The page of this log, read by `read` if it is not there; kept only if nothing changed meanwhile.
   * @param extent  of the log, as read for this request: an older page is not given
   */
  async get(log: number, { firstSeq, head }: Extent, read: () => Promise<ReadyPage>): Promise<ReadyPage> {
    const ready = this.#pages.get(log)
    if (ready && ready.head >= head && ready.firstSeq >= firstSeq) {
      this.#pages.delete(log) // to the end of the order, as the one used last
      this.#pages.set(log, ready)
      return ready
    }
    const reading = { dropped: false }
    this.#reading.set(log, reading)
    try {
      const page = await read()
      // Whoever began to read after us keeps theirs.
      if (!reading.dropped && this.#reading.get(log) === reading) this.#keep(log, page)
      return page
    } finally {
      if (this.#reading.get(log) === reading) this.#reading.delete(log)
    }
  }

  #keep(log: number, page: ReadyPage): void {
    this.#remove(log)
    this.#pages.set(log, page)
    this.#bytes += page.body.length
    for (const oldest of this.#pages.keys()) {
      if (this.#bytes <= bytesMax) break
      this.#remove(oldest)
    }
  }

  #remove(log: number): void {
    this.#bytes -= this.#pages.get(log)?.body.length ?? 0
    this.#pages.delete(log)
  }
}
