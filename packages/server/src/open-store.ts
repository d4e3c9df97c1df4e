import { existsSync } from 'node:fs'
import type { MaintenanceProgress, MaintenanceReport, MaintenanceTask } from './stores/maintenance.ts'
import { grownPart } from './stores/sqlite/grown-part.ts'
import { copyKeptUntilMs } from './stores/sqlite/migrations/kept-copies.ts'
import { openSqliteStore } from './stores/sqlite/sqlite-store.ts'
import type { Store } from './stores/store.ts'

export type { MaintenanceProgress } from './stores/maintenance.ts'
export { StoreInUseError, StoreOpenError } from './stores/store.ts'

export interface OpenedStore {
  store: Store
  /** There was no database at that place. */
  isNew: boolean
  /** What it was before it was brought up to date, if that was now, and until when that is kept. */
  before: { file: string; schema: number; keptUntilMs: number } | undefined
}

interface FilePlace {
  db: string
  eraseWithinMs?: number | undefined
  /** How far a copy has come that is made before the database is brought up to date. */
  tell?: ((progress: MaintenanceProgress) => void) | undefined
}

interface DatabasePlace {
  url: string
  /** Hears each time that it was not there, and will be tried again. */
  tellWaiting?: ((why: Error) => void) | undefined
}

/** Where a chat is kept: in a file, or in a PostgreSQL database, named by its URL. */
export type Place = FilePlace | DatabasePlace

/** @throws StoreOpenError when this file or database cannot be used as it is; its message says what to do */
export async function openStore(place: Place): Promise<OpenedStore> {
  if ('url' in place) {
    const { openPostgresStore } = await import('./stores/postgres/postgres-store.ts') // only who wants it waits for it
    const store = await openPostgresStore(place)
    return { store, isNew: store.isNew, before: undefined }
  }
  const { db, eraseWithinMs, tell = () => {} } = place
  const isNew = !existsSync(db)
  let timer: NodeJS.Timeout | undefined
  const tellCopying = (part: string, bytes: number) => {
    const look = () => tell({ step: 'copying', part: grownPart(part, bytes) })
    look()
    timer = setInterval(look, lookEveryMs)
  }
  try {
    const store = await openSqliteStore({ file: db, eraseWithinMs, tellCopying })
    return { store, isNew, before: store.before && { ...store.before, keptUntilMs: copyKeptUntilMs(Date.now()) } }
  } finally {
    clearInterval(timer)
  }
}

const lookEveryMs = 200

/** Work that goes on with a whole database. */
export interface Maintaining {
  /** @throws MaintenanceError, StoreOpenError, StoreInUseError */
  done: Promise<MaintenanceReport>
  /** Take away what was only begun: the process is about to end. */
  abandon(): void
}

/** Copy a whole database, put a copy back, look it through, or move it to PostgreSQL. */
export async function maintainStore(task: MaintenanceTask, tell: (progress: MaintenanceProgress) => void): Promise<Maintaining> {
  if (task.do === 'copy') return copyStore(task, tell)
  const { Maintenance } = await import('./stores/sqlite/maintenance/maintenance.ts')
  return new Maintenance(task, tell)
}

/** What is only begun ends with the connection. */
async function copyStore(
  { db, to, shown }: Extract<MaintenanceTask, { do: 'copy' }>,
  tell: (progress: MaintenanceProgress) => void
): Promise<Maintaining> {
  const { FileSource } = await import('./stores/sqlite/maintenance/maintenance.ts')
  const { copyChat, PostgresTarget } = await import('./stores/postgres/postgres-store.ts')
  return { done: copyChat(new FileSource(db), new PostgresTarget(to, shown), tell), abandon: () => {} }
}
