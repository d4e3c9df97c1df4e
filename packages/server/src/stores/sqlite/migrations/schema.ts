import { randomBytes } from 'node:crypto'
import { StoreOpenError } from '../../store.ts'
import type { Database } from '../driver.ts'
import { createTables } from './001-first.ts'
import { createLab } from './002-lab.ts'
import { orderByName } from './003-name-order.ts'
import { joinCases } from './004-one-case.ts'
import { addReadMarkers } from './005-read-markers.ts'
import { addMark } from './006-mark.ts'
import { openAccounts } from './007-accounts.ts'
import { findByText } from './008-message-of-text.ts'
import { listByRole } from './009-roles.ts'
import { openInvites } from './010-invites.ts'
import { addOwnLogs } from './011-own-logs.ts'
import { readMessagesAsEvents } from './012-messages-are-events.ts'
import { retainForDays } from './013-retention.ts'

/** Each step takes the schema from the version before it to its own. A released step never changes again. */
export const steps: ReadonlyArray<(db: Database, nowMs: number) => void> = [
  (db, nowMs) => createTables(db, nowMs, randomBytes(32)),
  createLab,
  orderByName,
  joinCases,
  addReadMarkers,
  addMark,
  openAccounts,
  findByText,
  listByRole,
  openInvites,
  addOwnLogs,
  readMessagesAsEvents,
  retainForDays
]

export const schemaNewest = steps.length
/** The first schema whose files bear a mark. */
export const marksSince = steps.indexOf(addMark) + 1

/** The number of the schema that a database has. */
export const schemaOf = (db: Database) => (db.prepare('PRAGMA user_version').get() as { user_version: number }).user_version

/** @throws StoreOpenError for a schema that a newer program made; `whose`: what has it, as the beginning of the sentence */
export function refuseNewer(whose: string, schema: number): void {
  if (schema <= schemaNewest) return
  throw new StoreOpenError(
    `${whose} has schema ${schema}, this chat-server knows ${schemaNewest}. Start a chat-server at least as new as the one that wrote it.`
  )
}
