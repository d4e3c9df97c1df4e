import type { Member, Role, UserKind } from '@tertulia/protocol'
import { keyRange } from '../../key-range.ts'
import type { LabUser } from '../../lab-store.ts'
import type { Account, KeyedMember, ListPage, ListRange, MemberRange, ScryptCost, StoredUser } from '../../records.ts'
import { isoTime, listPage } from '../../rows.ts'
import { byName } from '../by-name.ts'
import type { Sql } from '../sql.ts'

export interface UserRow {
  id: number
  name: string
  key: string
  kind: UserKind
  createdAt: number
  admin: number
  disabledAt: number | null
}

/** `FROM user u` */
export const userColumns = 'u.id, u.name, u.nameKey AS key, u.kind, u.createdAt, u.admin, u.disabledAt'

export function readUser(sql: Sql, name: string): StoredUser | undefined {
  const row = byName(name, (key) =>
    sql.get<UserRow>(`SELECT ${userColumns} FROM user u WHERE u.nameKey = ? AND u.leftAt IS NULL`, key)
  )
  return row && toUser(row)
}

export const readOwnLog = (sql: Sql, user: number): number | undefined =>
  sql.get<{ log: number | null }>('SELECT log FROM user WHERE id = ?', user)?.log ?? undefined

export const readUserById = (sql: Sql, id: number): StoredUser =>
  toUser(sql.get<UserRow>(`SELECT ${userColumns} FROM user u WHERE u.id = ?`, id) as UserRow)

export function readBot(sql: Sql, owner: number, name: string): StoredUser | undefined {
  const row = byName(name, (key) =>
    sql.get<UserRow>(`SELECT ${userColumns} FROM user u WHERE u.nameKey = ? AND u.owner = ? AND u.leftAt IS NULL`, key, owner)
  )
  return row && toUser(row)
}

export function readUsers(sql: Sql, range: ListRange): ListPage<StoredUser> {
  const { from, to } = keyRange(range)
  const rows = sql.all<UserRow>(
    `SELECT ${userColumns} FROM user u WHERE u.leftAt IS NULL AND u.nameKey >= ? AND u.nameKey < ? ORDER BY u.nameKey LIMIT ?`,
    from,
    to,
    range.limit + 1
  )
  return listPage(rows, range.limit, toUser)
}

export function readBots(sql: Sql, owner: number, range: ListRange): ListPage<StoredUser> {
  const { from, to } = keyRange(range)
  const rows = sql.all<UserRow>(
    `SELECT ${userColumns} FROM user u WHERE u.owner = ? AND u.leftAt IS NULL AND u.nameKey >= ? AND u.nameKey < ?
      ORDER BY u.nameKey LIMIT ?`,
    owner,
    from,
    to,
    range.limit + 1
  )
  return listPage(rows, range.limit, toUser)
}

interface AccountRow extends UserRow, ScryptCost {
  sessions: number
  salt: Uint8Array | null
  hash: Uint8Array
}

export function readAccount(sql: Sql, name: string): Account | undefined {
  const row = byName(name, (key) => sql.get<AccountRow>(accountByKey, key))
  if (!row) return undefined
  const { salt, hash, cost, blockSize, parallelization, sessions, ...user } = row
  return { user: toUser(user), password: salt === null ? null : { salt, hash, cost, blockSize, parallelization }, sessions }
}

const accountByKey = `SELECT ${userColumns}, p.salt, p.hash, p.cost, p.blockSize, p.parallelization,
          (SELECT count(*) FROM token t WHERE t.user = u.id AND t.kind = 'session') AS sessions
   FROM user u LEFT JOIN password p ON p.user = u.id WHERE u.nameKey = ? AND u.leftAt IS NULL`

export function readLabUser(sql: Sql, name: string): LabUser | undefined {
  const user = readUser(sql, name)
  const row = user && sql.get<{ collected: number }>('SELECT collected FROM lab WHERE user = ?', user.id)
  return row && { user, collected: row.collected }
}

export const toUser = ({ createdAt, admin, disabledAt, ...row }: UserRow): StoredUser => ({
  ...row,
  createdAt: isoTime(createdAt),
  admin: admin === 1,
  disabled: disabledAt !== null
})

const toMember = ({ name, kind, role }: Member): Member => ({ name, kind, role })

export function readMembers(sql: Sql, log: number, { role, ...range }: MemberRange): ListPage<Member> {
  const { from, to } = keyRange(range)
  const place = role === undefined ? [] : [role]
  const rows = sql.all<Member & { key: string }>(membersOf(role), log, from, to, ...place, range.limit + 1)
  return listPage(rows, range.limit, toMember)
}

/** Whatever the role, one range of an index; of those with a rank, one that plain members are not in. */
const membersOf = (role: Role | undefined) => `
  SELECT m.userKey AS key, u.name, u.kind, m.role FROM member m JOIN user u ON u.id = m.user
   WHERE m.log = ? AND m.userKey >= ? AND m.userKey < ? AND m.role <> ${isRank(role) ? "'member'" : "'banned'"}
         ${role === undefined ? '' : 'AND m.role = ?'}
   ORDER BY m.userKey LIMIT ?`

const isRank = (role: Role | undefined) => role !== undefined && role !== 'member'

export const readMembersAmong = (sql: Sql, log: number, users: readonly number[]): KeyedMember[] =>
  sql
    .all<Member & { key: string }>(
      `SELECT m.userKey AS key, u.name, u.kind, m.role FROM json_each(?) one CROSS JOIN member m JOIN user u ON u.id = m.user
        WHERE m.log = ? AND m.user = one.value AND m.role <> 'banned' ORDER BY m.userKey`,
      JSON.stringify(users),
      log
    )
    .map((row) => ({ key: row.key, member: toMember(row) }))
