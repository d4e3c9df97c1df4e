import type { LogEvent } from '@tertulia/protocol'
import type { StoredUser } from '../stores/store.ts'
import type { Feed } from './feed.ts'

/** One room to follow. */
export interface Subscription {
  log: number
  /** Its name, for what the stream says about itself. */
  room: string
  /** Number of the last event the reader has seen, not beyond the head of the log; `now`: start at the head. */
  after: number | 'now'
  /** Only members may read: the stream is cut when its user stops being one. */
  private?: boolean
}

/** Who reads. */
export interface Reader {
  user: StoredUser
  /** Digest of the token the reader came with; null where something else vouches for them. */
  tokenDigest: Uint8Array | null
  /** The address the reader came from. */
  address: string
}

/** How events look to one kind of reader. */
export interface EventFace {
  /** The frames of these events, given with their JSON, in one piece that is ready to be written. */
  frames(events: readonly LogEvent[], json: readonly string[]): Buffer
}

/** The stream of a subscriber, as far as feeds know it. */
export interface Carrier {
  readonly reader: Reader
  readonly face: EventFace
  /** So much waits to be sent that nothing more may be added. */
  readonly congested: boolean
  write(bytes: Buffer): void
  /** One of its subscribers had to fall behind, because the stream is congested. */
  fellBehind(): void
  /** One of its subscribers may have something to do. */
  wake(): void
  end(): void
}

/** Where a subscriber stands, while it has no place among the live ones. */
export const starting = -1
/** It reads pages from the store. */
export const behind = -2
/** It has seen more than this feed has sent, and waits for a round. */
export const ahead = -3

/** One room on one stream: live once it has seen all that its feed has sent, behind until then. */
export class Subscriber {
  readonly stream: Carrier
  readonly feed: Feed
  readonly subscription: Subscription
  /** Number of the last event that was written to the stream. */
  cursor = 0
  /** Its place in the list of live ones; or `starting`, `behind`, `ahead`. */
  slot = starting
  /** Its user was allowed to read when the log had come so far; leaving the room after it ends that. */
  allowedAt = Infinity
  /** The reader was told that it has caught up. */
  synced = false

  constructor(stream: Carrier, feed: Feed, subscription: Subscription) {
    this.stream = stream
    this.feed = feed
    this.subscription = subscription
  }

  /** Nothing that comes after this event may reach the stream. */
  isCutBy(event: LogEvent): boolean {
    return event.type === 'member.left' && event.seq > this.allowedAt && event.member.name === this.stream.reader.user.name
  }
}
