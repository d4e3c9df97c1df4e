import type { Message, UserKind } from '@tertulia/protocol'
import type { ListPage } from './records.ts'

/** How rows become what travels. */

/** What is written together has the same time. */
export function isoTime(ms: number): string {
  if (ms !== lastMs) [lastMs, lastIso] = [ms, new Date(ms).toISOString()]
  return lastIso
}
let [lastMs, lastIso] = [Number.NaN, '']

export const isoTimeOrNull = (ms: number | null) => (ms === null ? null : isoTime(ms))

/** Of the rows of a list, each with the key that it is listed by, one more than wanted was read. */
export function listPage<Row extends { key: string }, T>(rows: Row[], limit: number, toItem: (row: Row) => T): ListPage<T> {
  const shown = rows.slice(0, limit)
  return { items: shown.map(toItem), next: rows.length > limit ? shown.at(-1)?.key : undefined }
}

export interface MessageRow {
  id: number
  rev: number
  createdAt: number
  editedAt: number | null
  deletedAt: number | null
  author: number
  textN: number
  name: string
  kind: UserKind
  body: string | null
}

export const toMessage = (room: string, row: MessageRow): Message => ({
  id: row.id,
  room,
  author: { name: row.name, kind: row.kind },
  text: row.body,
  createdAt: isoTime(row.createdAt),
  editedAt: isoTimeOrNull(row.editedAt),
  deletedAt: isoTimeOrNull(row.deletedAt),
  rev: row.rev
})
