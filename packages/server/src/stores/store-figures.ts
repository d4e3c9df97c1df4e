import type { Store } from './store.ts'

/** What a store can also say of its work, for `/metrics`. */
export interface StoreFigures {
  /** Hear of every commit: how many commands it carried out, and how long it took. */
  onCommit(hear: (commands: number, ms: number) => void): void
}

export const hasFigures = (store: Store): store is Store & StoreFigures => 'onCommit' in store
