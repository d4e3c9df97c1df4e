import { existsSync } from 'node:fs'
import type { MaintenanceProgress, MaintenanceReport, MaintenanceTask } from './stores/maintenance.ts'
import { openSqliteStore } from './stores/sqlite/sqlite-store.ts'
import type { Store } from './stores/store.ts'

export { StoreInUseError, StoreOpenError } from './stores/store.ts'

export interface OpenedStore {
  store: Store
  /** There was no database at that place. */
  isNew: boolean
}

/** Where a chat is kept: in a file, or in a PostgreSQL database, named by its URL. */
export type Place = { db: string; eraseWithinMs?: number | undefined } | { url: string }

/** @throws StoreOpenError when this file or database cannot be used as it is; its message says what to do */
export async function openStore(place: Place): Promise<OpenedStore> {
  if ('url' in place) {
    const { openPostgresStore } = await import('./stores/postgres/postgres-store.ts') // only who wants it waits for it
    const store = await openPostgresStore(place)
    return { store, isNew: store.isNew }
  }
  const { db, eraseWithinMs } = place
  const isNew = !existsSync(db)
  return { store: await openSqliteStore({ file: db, eraseWithinMs }), isNew }
}

/** Work that goes on with a whole database. */
export interface Maintaining {
  /** @throws MaintenanceError, StoreOpenError, StoreInUseError */
  done: Promise<MaintenanceReport>
  /** Take away what was only begun: the process is about to end. */
  abandon(): void
}

/** Copy a whole database, put a copy back, or look it through. */
export async function maintainStore(task: MaintenanceTask, tell: (progress: MaintenanceProgress) => void): Promise<Maintaining> {
  const { Maintenance } = await import('./stores/sqlite/maintenance/maintenance.ts')
  return new Maintenance(task, tell)
}
