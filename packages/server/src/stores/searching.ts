import type { Message } from '@tertulia/protocol'
import type { Term } from './words.ts'

/** Which messages are looked for, among those that `reader` may read: rights are decided when each is found. */
export interface SearchRequest {
  reader: number
  /** A text must have all of them. */
  terms: readonly Term[]
  /** Only in these rooms, a hundred at most, and only by this user. */
  logs?: readonly number[] | undefined
  author?: number | undefined
  /** Only texts that are older than the one of this number, from `next`. */
  before?: number | undefined
  limit: number
}

/** What was found, the newest text first: an edit makes it new. */
export interface SearchResult {
  messages: Message[]
  /** The number of the last one, if others come after it. It is the store's own, and never leaves the server as it is. */
  next?: number | undefined
  /** Every text is in the index. false: it is being made, from the newest text on, and older ones may be missing. */
  complete: boolean
}
