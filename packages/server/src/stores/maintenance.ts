/** What is done to a whole database: copied, put back, looked through, moved. A server may run with it or not. */
export type MaintenanceTask =
  /** `isServed`: a server is known to have it open, and answers for what lies there. */
  | { do: 'backup'; db: string; to: string; isServed: boolean }
  | { do: 'restore'; backup: string; db: string; replace: boolean }
  | { do: 'check'; db: string; isServed: boolean }
  /** `to`: URL of another database, in which there is nothing; `shown`: the same without a password. No server may run with this one. */
  | { do: 'copy'; db: string; to: string; shown: string }

/** How far it has come; `part` from 0 to 1, where that is known. */
export interface MaintenanceProgress {
  step: string
  part?: number | undefined
}

/** How much is in a database. */
export interface Contents {
  rooms: number
  users: number
  /** Deleted ones too. */
  messages: number
}

export interface BackupReport extends Contents {
  did: 'backup'
  db: string
  file: string
  bytes: number
  /** Number of the schema. */
  schema: number
}

export interface RestoreReport extends Contents {
  did: 'restore'
  db: string
  backup: string
  schema: number
  /** Where what was there before is now; null: nothing was. */
  keptAs: string | null
}

/** Something that is not as it must be, and must be mended by somebody. */
export interface Fault {
  /** What was looked through. */
  in: string
  detail: string
}

export interface CheckReport extends Contents {
  did: 'check'
  db: string
  ok: boolean
  bytes: number
  schema: number
  /** null: it gets one when a server opens it. */
  epoch: string | null
  events: number
  edited: number
  deleted: number
  /** Idempotency-Keys that are remembered. */
  keys: number
  /** What was looked through, one after the other, with what was seen. */
  looked: { in: string; saw: string }[]
  faults: Fault[]
  /** Faults beyond those listed. */
  faultsMore: number
  /** What needs nobody: it ends by itself, or at the next start. */
  remarks: string[]
}

export interface CopyReport extends Contents {
  did: 'copy'
  from: string
  /** URL of where it is now; without a password. */
  to: string
  epoch: string
  /** Readers begin anew: what was copied is a backup, or older than what they have seen. */
  isNewLife: boolean
  /** In all tables; each was compared. */
  rows: number
  /** Texts and names with a character that PostgreSQL does not take, which was replaced. */
  altered: number
  /** Users of the lab's wire, which only database files know. */
  labUsers: number
}

export type MaintenanceReport = BackupReport | RestoreReport | CheckReport | CopyReport

/** It was not done, and nothing is changed by it; the message says what to do. */
export class MaintenanceError extends Error {}
