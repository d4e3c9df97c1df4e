import { formerNameKey, nameKey } from '@tertulia/protocol/name-key'
import { counted } from '../../counted.ts'
import type { Sql } from '../sql.ts'
import type { Findings } from './findings.ts'

type Named = [name: string, key: string]

const wrongRooms = `SELECT r.name FROM room r LEFT JOIN log l ON l.id = r.log AND l.kind = 'room' WHERE l.id IS NULL OR r.rev > l.head`

const wrongUsers = `SELECT u.name, u.leftAt FROM user u LEFT JOIN log l ON l.id = u.log AND l.kind = 'user'
  WHERE (u.leftAt IS NULL) <> (l.id IS NOT NULL)`

const wrongMembers = `SELECT coalesce(u.name, '?'), coalesce(r.name, '?'),
    CASE WHEN m.role NOT IN ('owner', 'moderator', 'member', 'banned') THEN 'has the unknown role ' || m.role
         WHEN m.readUpTo NOT BETWEEN 0 AND l.head THEN 'has read up to ' || m.readUpTo || ', beyond the head ' || l.head
         ELSE 'is listed under another name' END
  FROM member m LEFT JOIN user u ON u.id = m.user LEFT JOIN room r ON r.log = m.log LEFT JOIN log l ON l.id = m.log
 WHERE m.role NOT IN ('owner', 'moderator', 'member', 'banned') OR m.readUpTo NOT BETWEEN 0 AND l.head
    OR m.userKey <> u.nameKey OR m.roomKey <> r.nameKey`

/** Every user and room has a log and is found by its name; every member is listed under it; and the database itself is of one piece. */
export function checkAccounts(sql: Sql, { fault, progress }: Findings): string {
  checkMeta(sql, fault)
  for (const table of ['user', 'room']) {
    for (const [name, key] of sql.each<Named>(`SELECT name, nameKey FROM ${table}`)) {
      if (key !== nameKey(name) && key !== formerNameKey(name)) fault(`${table} ${name} cannot be found by this name`)
    }
  }
  for (const [name] of sql.each<[string]>(wrongRooms)) fault(`room ${name} has no log, or settings newer than it`)
  for (const [name, leftAt] of sql.each<[string, number | null]>(wrongUsers)) {
    fault(leftAt === null ? `${name} has no log` : `${name} has left for ever and still has a log`)
  }
  progress(0.6)
  for (const [user, room, what] of sql.each<[string, string, string]>(wrongMembers)) fault(`${user} in room ${room} ${what}`)
  const { users, members } = sql.get<{ users: number; members: number }>(counts) ?? { users: 0, members: 0 }
  return `${counted(users, 'user')} with ${counted(members, 'membership')}, each found by name`
}

const counts = 'SELECT (SELECT count(*) FROM user) AS users, (SELECT count(*) FROM member) AS members'

function checkMeta(sql: Sql, fault: Findings['fault']): void {
  const rows = sql.all<{ epoch: string | null; secret: Uint8Array }>('SELECT epoch, secret FROM meta')
  const [first] = rows
  if (rows.length !== 1) fault(`the table meta has ${rows.length} rows instead of one`)
  if (!first) return
  if (first.epoch !== null && !/^[0-9a-z]{8,16}$/.test(first.epoch)) fault('the epoch is not one')
  if (first.secret.length !== 32) fault('the key of the fingerprints is not one')
}
