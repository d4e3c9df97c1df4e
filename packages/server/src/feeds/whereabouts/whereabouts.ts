import type { KeyRange } from '../../stores/key-range.ts'
import type { StoredUser } from '../../stores/records.ts'
import type { Follower } from '../followers.ts'

/** Who follows a room now, and who did until a moment ago. */
export interface Present {
  readonly size: number
  has(name: string): boolean
  find(name: string): Pick<Follower, 'user'> | undefined
}

/** What the feed of a room says and hears of those who follow it. */
export interface RoomWhereabouts {
  /** At every node, as far as this one knows. */
  readonly present: Present
  /** Kept once that is all who were there when the feed opened; never rejected. Who comes and goes from then on is told. */
  readonly known: Promise<void>
  /** One stream more of somebody at this node. */
  enter(person: StoredUser): void
  /** One less. @param nowMs  on a clock that never goes back */
  leave(person: StoredUser, nowMs: number): void
  close(): void
}

/** Who follows which room. One node knows by itself; of several, each says what it knows, and hears what the others do. */
export interface Whereabouts {
  /** @param changed  hears the number of a user who came or went */
  open(log: number, changed: (user: number) => void): RoomWhereabouts
  /** Let go those of whom it is long enough ago that their last stream ended. */
  letGo(nowMs: number): void
  /** Which of some names, a page at most, follow a room. @throws StoreError when that cannot be read */
  among(log: number, names: readonly string[]): Promise<ReadonlySet<string>>
  /** The first `count` followers of a range. @throws StoreError when they cannot be read */
  within(log: number, range: KeyRange, count: number): Promise<readonly Follower[]>
  close(): Promise<void>
}
