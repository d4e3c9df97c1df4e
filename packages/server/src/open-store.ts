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

/** @throws StoreOpenError when this file cannot be used as it is; its message says what to do */
export async function openStore({ db, eraseWithinMs }: { db: string; eraseWithinMs?: number | undefined }): Promise<OpenedStore> {
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
