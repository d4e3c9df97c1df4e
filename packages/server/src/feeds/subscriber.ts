import type { LogEvent, StreamNote } from '@tertulia/protocol'
import type { StoredUser } from '../stores/records.ts'

/** One log to follow: that of a room, or of the user who reads. */
export interface Subscription {
  log: number
  /** Name of the room, for what is said about it, and to ask whether it may be read; of the reader's own log {@link ownLogName}. */
  room: string
  /** Number of the last event the reader has seen, not beyond the head of the log. */
  after: number
}

/** The user who reads, and how they came. */
export interface Reader {
  user: StoredUser
  /** Digest of the token the reader came with; null where something else vouches for them. */
  tokenDigest: Uint8Array | null
  /** The address the reader came from. */
  address: string
  /** The addresses that count as one client with it; undefined: this machine, where a proxy may stand for everybody. */
  addressBlock: string | undefined
}

/** Turns events into the bytes of one format. Subscribers that share an encoder share the bytes of each round. */
export interface EventEncoder {
  /** The frames of these events, given with their JSON, in one piece that is ready to be written; `more`: others wait already. */
  frames(events: readonly LogEvent[], json: readonly string[], more: boolean): Buffer
  /** A note, in the same way; an answer that ends has none. */
  note?(note: StreamNote): Buffer
}

/** What one round writes to every live subscriber of one format. */
export interface RoundPart {
  bytes: Buffer
  /** How many events that is, and the number of the last; none: only a note, and the number of the last event before it. */
  count: number
  seq: number
}

/** The stream of a subscriber, or the request that waits for it, as far as feeds know it. */
export interface Carrier {
  readonly reader: Reader
  readonly encoder: EventEncoder
  /** Whether it can take a round now, or falls behind. */
  hasRoomFor(part: RoundPart): boolean
  write(bytes: Buffer): void
  /** One of its subscribers had to fall behind, because there was no room for a round. */
  fellBehind(): void
  /** One of its subscribers may have something to do. */
  wake(): void
  end(): void
}

/** The rounds of all who are live in one format. */
export interface Rounds {
  /** How long all of them have been, together. */
  readonly bytes: number
}

/** The feed of a subscriber, as far as its stream knows it. */
export interface FollowedFeed {
  /** Number of the last event it holds. */
  readonly head: number
  /**
   * Let a subscriber begin where it asked to.
   * @returns whether it may read
   */
  begin(subscriber: Subscriber): Promise<boolean>
  /** Make a subscriber live, or let it wait for a round; false: it has to read a page first. */
  admit(subscriber: Subscriber): boolean
  /** The next events for a subscriber that is behind. */
  page(after: number): Promise<LogEvent[]>
  leave(subscriber: Subscriber): void
}

/**
 * Where a subscriber stands. `starting`: its feed has not let it begin yet. `behind`: it reads pages from the store.
 * `ahead`: it has seen more than its feed has sent, and waits for a round. `live`: it gets every round.
 */
export type SubscriberState = 'starting' | 'behind' | 'ahead' | 'live'

/** One room on one stream: live once it has seen all that its feed has sent, behind until then. */
export class Subscriber {
  readonly stream: Carrier
  readonly feed: FollowedFeed
  readonly subscription: Subscription
  /** Number of the last event that was written to the stream. */
  cursor = 0
  state: SubscriberState = 'starting'
  /** Its place in the list of live ones, while it is one of them. */
  slot = 0
  /** The rounds that it got last, of which every subscriber is written the same bytes. */
  rounds: Rounds | undefined
  /** How long they had been together when it fell behind. */
  roundsEnd = 0
  /** The reader was told that it has caught up. */
  synced = false

  constructor(stream: Carrier, feed: FollowedFeed, subscription: Subscription) {
    this.stream = stream
    this.feed = feed
    this.subscription = subscription
  }

  get isLive(): boolean {
    return this.state === 'live'
  }

  /** Whether it only waits for a round: its stream has nothing to do for it. */
  get isIdle(): boolean {
    return this.state === 'live' || this.state === 'ahead'
  }

  /** Whether its user may have lost the right to read what comes after this event: only the store knows. */
  mayBeCutBy(event: LogEvent): boolean {
    return mayCut(event) && (event.type !== 'member.left' || event.member.name === this.stream.reader.user.name)
  }
}

/** Whether anybody may have lost the right to read with this event: a member who left, or everybody who is not a member. */
export function mayCut(event: LogEvent): boolean {
  switch (event.type) {
    case 'member.left':
      return true
    case 'room.updated':
      return event.settings.visibility === 'private'
    case 'room.created':
    case 'member.joined':
    case 'member.updated':
    case 'message.created':
    case 'message.edited':
    case 'message.deleted':
    case 'membership.joined':
    case 'membership.updated':
    case 'membership.left':
    case 'marker.moved':
      return false
    default:
      return event satisfies never
  }
}
