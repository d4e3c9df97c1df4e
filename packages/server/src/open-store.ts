import { existsSync } from 'node:fs'
import type { Store } from './stores/store.ts'

export { StoreInUseError, StoreOpenError } from './stores/store.ts'

export interface OpenedStore {
  store: Store
  /** There was no database at that place. */
  isNew: boolean
}

/** @throws StoreOpenError when this file cannot be used as it is; its message says what to do */
export async function openStore({ db, eraseWithinMs }: { db: string; eraseWithinMs?: number | undefined }): Promise<OpenedStore> {
  const isNew = !existsSync(db)
  // Loaded here, not before: with the library that is missing on some machines comes the sentence that says so.
  const { openSqliteStore } = await import('./stores/sqlite/sqlite-store.ts')
  return { store: await openSqliteStore({ file: db, eraseWithinMs }), isNew }
}
