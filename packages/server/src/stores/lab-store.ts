import type { Message } from '@tertulia/protocol'
import type { AnswerOf } from './commands.ts'
import type { PageBounds, StoredUser } from './records.ts'
import type { Store } from './store.ts'

/** What a store can also do if it keeps the users of the lab's wire. Without it the server cannot speak that wire. */
export interface LabStore {
  /** The user of the lab's wire who has this name; never somebody who has a token. */
  labUser(name: string): Promise<LabUser | undefined>
  /** As `Store.commit`, for a command of the lab's wire. */
  commitLab<K extends LabCommandKind>(command: LabCommandOf<K>): Promise<AnswerOf<LabResults[K]>>
}

export const keepsLabUsers = (store: Store): store is Store & LabStore => 'commitLab' in store

/** A user of the lab's wire: without a token, and with what they have been given so far. */
export interface LabUser {
  user: StoredUser
  /** Number of the last event of the room that they have, or have skipped. */
  collected: number
}

export interface LabCommands {
  /** Take a name for the lab's wire. What is in the room already is not for its user. */
  'register-lab': { name: string; room: string; atMs: number }
  /** Give a user of the lab the oldest page of what others wrote and they were not given, and remember that. */
  'collect-lab': { actor: number; room: string; page: PageBounds }
}

export interface LabResults {
  'register-lab': { user: StoredUser }
  /** `more`: there may be others; without messages too, where there is much to look through. */
  'collect-lab': { messages: Message[]; more: boolean }
}

export type LabCommandKind = keyof LabCommands
export type LabCommandOf<K extends LabCommandKind> = { kind: K } & LabCommands[K]
export type LabCommand = { [K in LabCommandKind]: LabCommandOf<K> }[LabCommandKind]
