import type { Member, Role, UserKind } from '@tertulia/protocol'
import { keyRange } from '../../key-range.ts'
import { keysOf } from '../../name-keys.ts'
import type { Account, KeyedMember, ListPage, ListRange, MemberRange, StoredUser } from '../../records.ts'
import { isoTime, listPage } from '../../rows.ts'
import type { Reader } from '../reader.ts'

export interface UserRow {
  id: number
  name: string
  key: string
  kind: UserKind
  created_at: number
  admin: boolean
  disabled: boolean
}

/** `FROM users u` */
export const userColumns = 'u.id, u.name, u.name_key AS key, u.kind, u.created_at, u.admin, u.disabled_at IS NOT NULL AS disabled'

export const toUser = ({ id, name, key, kind, created_at, admin, disabled }: UserRow): StoredUser => ({
  id,
  name,
  key,
  kind,
  createdAt: isoTime(created_at),
  admin,
  disabled
})

const byKeys = (columns: string, joins = '', which = '') => `SELECT ${columns}
   FROM unnest($1::text[]) WITH ORDINALITY k(key, n) JOIN users u ON u.name_key = k.key AND u.left_at IS NULL ${which} ${joins}
  ORDER BY k.n LIMIT 1`
const anybody = byKeys(userColumns)
const botOf = byKeys(userColumns, '', 'AND u.owner = $2')
const accountOf = byKeys(
  `${userColumns}, p.salt, p.hash, p.cost, p.block_size, p.parallelization,
   (SELECT count(*) FROM token t WHERE t.user_id = u.id AND t.kind = 'session') AS sessions`,
  'LEFT JOIN password p ON p.user_id = u.id'
)

export async function readUser(reader: Reader, name: string): Promise<StoredUser | undefined> {
  const row = await reader.first<UserRow>(anybody, keysOf(name))
  return row && toUser(row)
}

export async function readBot(reader: Reader, owner: number, name: string): Promise<StoredUser | undefined> {
  const row = await reader.first<UserRow>(botOf, keysOf(name), owner)
  return row && toUser(row)
}

interface AccountRow extends UserRow {
  salt: Uint8Array | null
  hash: Uint8Array
  cost: number
  block_size: number
  parallelization: number
  sessions: number
}

export async function readAccount(reader: Reader, name: string): Promise<Account | undefined> {
  const row = await reader.first<AccountRow>(accountOf, keysOf(name))
  if (!row) return undefined
  const { salt, hash, cost, block_size: blockSize, parallelization, sessions } = row
  return { user: toUser(row), password: salt === null ? null : { salt, hash, cost, blockSize, parallelization }, sessions }
}

export async function readOwnLog(reader: Reader, user: number): Promise<number | undefined> {
  const row = await reader.first<{ log: number | null }>('SELECT log FROM users WHERE id = $1', user)
  return row?.log ?? undefined
}

const page = (which: string) =>
  `SELECT ${userColumns} FROM users u WHERE u.left_at IS NULL AND u.name_key >= $1 AND u.name_key < $2 ${which}
    ORDER BY u.name_key LIMIT $3`
const ofAll = page('')
const ofOwner = page('AND u.owner = $4')

export async function readUsers(reader: Reader, range: ListRange): Promise<ListPage<StoredUser>> {
  const { from, to } = keyRange(range)
  return listPage(await reader.all<UserRow>(ofAll, from, to, range.limit + 1), range.limit, toUser)
}

export async function readBots(reader: Reader, owner: number, range: ListRange): Promise<ListPage<StoredUser>> {
  const { from, to } = keyRange(range)
  return listPage(await reader.all<UserRow>(ofOwner, from, to, range.limit + 1, owner), range.limit, toUser)
}

type MemberRow = Member & { key: string }
const toMember = ({ name, kind, role }: Member): Member => ({ name, kind, role })

/** Whatever the role, one range of an index; of those with a rank, one that plain members are not in. */
const membersOf = (role: Role | undefined) => `
  SELECT m.user_key AS key, u.name, u.kind, m.role FROM member m JOIN users u ON u.id = m.user_id
   WHERE m.log = $1 AND m.user_key >= $2 AND m.user_key < $3 AND m.role <> ${isRank(role) ? "'member'" : "'banned'"}
         ${role === undefined ? '' : 'AND m.role = $5'}
   ORDER BY m.user_key LIMIT $4`

const isRank = (role: Role | undefined) => role !== undefined && role !== 'member'

export async function readMembers(reader: Reader, log: number, { role, ...range }: MemberRange): Promise<ListPage<Member>> {
  const { from, to } = keyRange(range)
  const which = role === undefined ? [] : [role]
  return listPage(await reader.all<MemberRow>(membersOf(role), log, from, to, range.limit + 1, ...which), range.limit, toMember)
}

const among = `SELECT m.user_key AS key, u.name, u.kind, m.role FROM member m JOIN users u ON u.id = m.user_id
   WHERE m.log = $1 AND m.user_id = ANY ($2::bigint[]) AND m.role <> 'banned' ORDER BY m.user_key`

export async function readMembersAmong(reader: Reader, log: number, users: readonly number[]): Promise<KeyedMember[]> {
  return (await reader.all<MemberRow>(among, log, users)).map((row) => ({ key: row.key, member: toMember(row) }))
}
