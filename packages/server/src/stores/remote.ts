import type { Store } from './store.ts'

/** What a store is that keeps everything in another process, which may be away for a while. */
export interface Remote {
  /** It did not answer when it was asked last: until it does again, nothing is read and written. */
  readonly isAway: boolean
}

export const isRemote = (store: Store): store is Store & Remote => 'isAway' in store
