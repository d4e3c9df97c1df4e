/** A text that somebody wanted to say, and what came of it. */
export interface Written {
  readonly room: string
  readonly author: string
  readonly text: string
  /** Of an edit: the message that was to say it. */
  readonly edited: number | undefined
  /** refused: it must be nowhere. unknown: it may be there, whole, or not at all. */
  outcome: 'open' | 'acknowledged' | 'refused' | 'unknown'
  /** Number of the event that says it, once that is known. */
  rev: number | undefined
  /** Of an edit on a condition: the event that the message had to stand at. */
  basedOn: number | undefined
}

/** Who did a thing in a room. */
export type Deed = 'message.created' | 'message.edited' | 'message.deleted'

/** How many events of a kind there must be at least, and may be beyond that. */
interface Tally {
  sure: number
  doubtful: number
}

/** What everybody wrote, and what the server answered. The oracle holds the store against it. */
export class Ledger {
  /** By their text: no two are the same. */
  readonly texts = new Map<string, Written>()
  readonly #tallies = new Map<string, Tally>()
  /** Deletions that were acknowledged. */
  readonly deleted: { room: string; id: number; by: string }[] = []
  acknowledged = 0
  refused = new Map<string, number>()
  unknown = 0
  /** Writes that are under way. */
  unanswered = 0

  /** What is about to be said. */
  begin(room: string, author: string, text: string, edited?: number, basedOn?: number): Written {
    const written: Written = { room, author, text, edited, outcome: 'open', rev: undefined, basedOn }
    this.texts.set(text, written)
    return written
  }

  tally(room: string, actor: string, deed: Deed): Tally {
    const key = `${room} ${actor} ${deed}`
    const known = this.#tallies.get(key)
    if (known) return known
    const tally = { sure: 0, doubtful: 0 }
    this.#tallies.set(key, tally)
    return tally
  }

  noteRefusal(code: string): void {
    this.refused.set(code, (this.refused.get(code) ?? 0) + 1)
  }
}
