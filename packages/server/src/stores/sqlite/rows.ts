import type { UserKind } from '@tertulia/protocol'
import type { MessageRow } from '../rows.ts'

/** `FROM message m` with its author and its text. */
export const messageColumns = 'm.id, m.rev, m.createdAt, m.editedAt, m.deletedAt, m.author, m.textN, a.name, a.kind, t.body'
/** The same row as an array. */
export type MessageColumns = [
  id: number,
  rev: number,
  createdAt: number,
  editedAt: number | null,
  deletedAt: number | null,
  author: number,
  textN: number,
  name: string,
  kind: UserKind,
  body: string | null
]
export const messageJoins = 'JOIN user a ON a.id = m.author JOIN text t ON t.n = m.textN'

export function rowOf([id, rev, createdAt, editedAt, deletedAt, author, textN, name, kind, body]: MessageColumns): MessageRow {
  return { id, rev, createdAt, editedAt, deletedAt, author, textN, name, kind, body }
}
