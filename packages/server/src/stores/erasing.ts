import type { Store } from './store.ts'

/** What a store can also say if it takes deleted texts off the disk. One that cannot leaves that to the database behind it. */
export interface Erasing {
  /** How late the erasure of deleted texts is, in ms; 0 while it is in time. */
  readonly erasureOverdueMs: number
}

export const erasesTexts = (store: Store): store is Store & Erasing => 'erasureOverdueMs' in store
