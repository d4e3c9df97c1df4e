import type { Member, UserKind } from '@tertulia/protocol'
import { keyRange } from '../../key-range.ts'
import type { LabUser } from '../../lab-store.ts'
import type { KeyedMember, ListPage, ListRange, StoredUser } from '../../store.ts'
import { byName } from '../by-name.ts'
import { isoTime, listPage } from '../rows.ts'
import type { Sql } from '../sql.ts'

interface UserRow {
  id: number
  name: string
  key: string
  kind: UserKind
  createdAt: number
}

export function readUserOfToken(sql: Sql, digest: Uint8Array): StoredUser | undefined {
  const row = sql.get<UserRow>(
    'SELECT u.id, u.name, u.nameKey AS key, u.kind, u.createdAt FROM token t JOIN user u ON u.id = t.user WHERE t.digest = ?',
    digest
  )
  return row && toUser(row)
}

export function readUser(sql: Sql, name: string): StoredUser | undefined {
  const row = byName(name, (key) =>
    sql.get<UserRow>('SELECT id, name, nameKey AS key, kind, createdAt FROM user WHERE nameKey = ?', key)
  )
  return row && toUser(row)
}

export function readLabUser(sql: Sql, name: string): LabUser | undefined {
  const user = readUser(sql, name)
  const row = user && sql.get<{ collected: number }>('SELECT collected FROM lab WHERE user = ?', user.id)
  return row && { user, collected: row.collected }
}

const toUser = ({ createdAt, ...row }: UserRow): StoredUser => ({ ...row, createdAt: isoTime(createdAt) })

const toMember = ({ name, kind, role }: Member): Member => ({ name, kind, role })

export function readMembers(sql: Sql, log: number, range: ListRange): ListPage<Member> {
  const { from, to } = keyRange(range)
  const rows = sql.all<Member & { key: string }>(
    `SELECT m.userKey AS key, u.name, u.kind, m.role FROM member m JOIN user u ON u.id = m.user
      WHERE m.log = ? AND m.role <> 'banned' AND m.userKey >= ? AND m.userKey < ? ORDER BY m.userKey LIMIT ?`,
    ...[log, from, to, range.limit + 1]
  )
  return listPage(rows, range.limit, toMember)
}

export const readMembersAmong = (sql: Sql, log: number, users: readonly number[]): KeyedMember[] =>
  sql
    .all<Member & { key: string }>(
      `SELECT m.userKey AS key, u.name, u.kind, m.role FROM json_each(?) one CROSS JOIN member m JOIN user u ON u.id = m.user
        WHERE m.log = ? AND m.user = one.value AND m.role <> 'banned' ORDER BY m.userKey`,
      ...[JSON.stringify(users), log]
    )
    .map((row) => ({ key: row.key, member: toMember(row) }))
