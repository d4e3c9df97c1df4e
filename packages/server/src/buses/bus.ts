import type { LogEvent } from '@tertulia/protocol'

/**
 * News that a log has come as far as `head`. Only a hint: it may be lost, come late, twice or out of order,
 * and the store stays the truth. `events` may carry what was just committed, so that a feed need not read it back;
 * if present, they are consecutive and end at `head`.
 */
export interface Hint {
  log: number
  head: number
  events?: readonly LogEvent[] | undefined
}

/**
 * No log has this number: its hints carry the event that made a room public or changed a public one, for those who are not in it. What is
 * lost of them is not read back from anywhere.
 */
export const publicRooms = 0

/** Nor this one: its hints say that a node has written who came and went at it. */
export const presenceNews = Number.MAX_SAFE_INTEGER

/** Carries hints between the nodes of one chat, and inside one. */
export interface Bus {
  /** Whether other nodes write to the same store: what this one remembers of it may be out of date. */
  readonly isShared: boolean
  /** Never throws and never blocks. */
  publish(hint: Hint): void
  /** Hear the hints of one log, from the moment the promise is kept until the function it gives is called. */
  subscribe(log: number, hear: (hint: Hint) => void): Promise<() => void>
  /** Called whenever hints may have been lost, so that every feed looks at the store. */
  onGapPossible(look: () => void): void
  /** Degraded: hints are late, nothing is lost. */
  readonly state: 'up' | 'degraded'
  close(): Promise<void>
}
