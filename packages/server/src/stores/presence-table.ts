import type { KeyRange } from './key-range.ts'
import type { Store } from './store.ts'

/** Somebody follows a log at a node, or has ceased to. */
export interface PresenceMark {
  log: number
  user: number
  name: string
  /** Key of the name. */
  key: string
  here: boolean
}

/** A mark as it was written, in which batch of which node. */
export interface PresenceRow extends PresenceMark {
  node: string
  batch: number
}

/** Where to go on reading what a node has written: after this row of this batch. */
export type PresencePlace = Pick<PresenceRow, 'batch' | 'log' | 'user'>

/** A node whose lease runs. */
export interface LiveNode {
  node: string
  /** Number of the last batch that it wrote. */
  batch: number
  /** Who ceased to follow in a batch up to this one is no longer kept. */
  forgottenTo: number
}

/**
 * What a store can also do if several nodes share it: keep who follows which log at each of them. A node counts while its lease runs, by
 * the clock of the store; one that has run out is never renewed, so that what was written under it can be thrown away. All of this
 * may be lost in a crash of the store, leases too.
 */
export interface PresenceTable {
  /** @param node  a name that nobody has had */
  beginLease(node: string, leaseMs: number): Promise<void>
  /** @returns false: it has run out, or was lost */
  renewLease(node: string, leaseMs: number): Promise<boolean>
  /** Let it run out after this time. */
  endLease(node: string, afterMs: number): Promise<void>
  liveNodes(): Promise<LiveNode[]>
  /**
   * Write who came and went at a node: at most one mark for each user and log.
   * @param batch  higher than any before; what was sent earlier and arrives later is not written
   * @returns false: nothing is written, because the lease has run out, or was lost
   */
  writePresence(node: string, batch: number, marks: readonly PresenceMark[]): Promise<boolean>
  /** What a node has written after a place, in the order of its batches, `limit` at most. */
  presenceAfter(node: string, place: PresencePlace, limit: number): Promise<PresenceRow[]>
  /** Who follows these logs at any node, also at those whose lease has run out, by log, user and node: `limit` after a place. */
  presenceIn(logs: readonly number[], after: Pick<PresenceRow, 'log' | 'user' | 'node'>, limit: number): Promise<PresenceRow[]>
  /** Which of some names follow a log at nodes whose lease runs. */
  presentAmong(log: number, names: readonly string[]): Promise<string[]>
  /** The first of a range who do, each once. */
  presentWithin(log: number, range: KeyRange, count: number): Promise<Pick<PresenceMark, 'user' | 'key'>[]>
  /** Forget who ceased to follow at a node in a batch up to this one. */
  forgetGone(node: string, batch: number): Promise<void>
  /** Forget some of what was written under leases that ran out long ago. @returns whether there is more */
  forgetDead(): Promise<boolean>
}

export const keepsPresence = (store: Store): store is Store & PresenceTable => 'writePresence' in store
