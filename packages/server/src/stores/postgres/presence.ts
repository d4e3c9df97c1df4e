import type { KeyRange } from '../key-range.ts'
import { keysOf } from '../name-keys.ts'
import type { LiveNode, PresenceMark, PresencePlace, PresenceRow } from '../presence-table.ts'
import type { Reader } from './reader.ts'

const until = (place: number) => `clock_timestamp() + $${place}::bigint * interval '1 ms'`
/** `FROM node n`: clocks of servers may differ, this one is that of all. */
const isLive = 'n.lease_until > clock_timestamp()'

const begin = `INSERT INTO node (id, lease_until, batch, forgotten_to) VALUES ($1, ${until(2)}, 0, 0)`

export async function beginLease(database: Reader, node: string, leaseMs: number): Promise<void> {
  await database.all(begin, node, leaseMs)
}

const renew = `UPDATE node n SET lease_until = ${until(2)} WHERE id = $1 AND ${isLive} RETURNING id`

export async function renewLease(database: Reader, node: string, leaseMs: number): Promise<boolean> {
  return (await database.first(renew, node, leaseMs)) !== undefined
}

const end = `UPDATE node n SET lease_until = ${until(2)} WHERE id = $1 AND ${isLive}`

export async function endLease(database: Reader, node: string, afterMs: number): Promise<void> {
  await database.all(end, node, afterMs)
}

const live = `SELECT id AS node, batch, forgotten_to AS "forgottenTo" FROM node n WHERE ${isLive}`

export function readLiveNodes(database: Reader): Promise<LiveNode[]> {
  return database.all<LiveNode>(live)
}

/** The row of the node is locked first: of two batches one waits, and the earlier one then finds the later. */
const write = `
WITH mine AS (UPDATE node n SET batch = $2 WHERE id = $1 AND batch < $2 AND ${isLive} RETURNING id),
written AS (
  INSERT INTO presence (log, user_id, node, name, user_key, here, batch)
    SELECT t.log, t.user_id, mine.id, t.name, t.user_key, t.here, $2
      FROM mine, unnest($3::bigint[], $4::bigint[], $5::text[], $6::text[], $7::boolean[]) t(log, user_id, name, user_key, here)
  ON CONFLICT (log, user_id, node) DO UPDATE SET here = excluded.here, batch = excluded.batch
)
SELECT id FROM mine`

export async function writePresence(
  database: Reader,
  node: string,
  batch: number,
  marks: readonly PresenceMark[]
): Promise<boolean> {
  const columns = (['log', 'user', 'name', 'key', 'here'] as const).map((column) => marks.map((mark) => mark[column]))
  return (await database.first(write, node, batch, ...columns)) !== undefined
}

const columns = 'log, user_id AS "user", node, name, user_key AS key, here, batch'
const after = `SELECT ${columns} FROM presence
  WHERE node = $1 AND (batch, log, user_id) > ($2, $3, $4) ORDER BY batch, log, user_id LIMIT $5`

export function readPresenceAfter(
  database: Reader,
  node: string,
  { batch, log, user }: PresencePlace,
  limit: number
): Promise<PresenceRow[]> {
  return database.all<PresenceRow>(after, node, batch, log, user, limit)
}

const inLogs = `SELECT ${columns} FROM presence
  WHERE log = ANY ($1::bigint[]) AND (log, user_id, node) > ($2, $3, $4) AND here ORDER BY presence.log, user_id, node LIMIT $5`

export function readPresenceIn(
  database: Reader,
  logs: readonly number[],
  { log, user, node }: Pick<PresenceRow, 'log' | 'user' | 'node'>,
  limit: number
): Promise<PresenceRow[]> {
  return database.all<PresenceRow>(inLogs, logs, log, user, node, limit)
}

const among = `SELECT DISTINCT p.name FROM presence p JOIN node n ON n.id = p.node AND ${isLive}
  WHERE p.log = $1 AND p.user_key = ANY ($2::text[]) AND p.name = ANY ($3::text[]) AND p.here`

export async function readPresentAmong(database: Reader, log: number, names: readonly string[]): Promise<string[]> {
  if (names.length === 0) return []
  return (await database.all<{ name: string }>(among, log, names.flatMap(keysOf), names)).map(({ name }) => name)
}

const within = `SELECT DISTINCT ON (p.user_key) p.user_id AS "user", p.user_key AS key
    FROM presence p JOIN node n ON n.id = p.node AND ${isLive}
   WHERE p.log = $1 AND p.user_key >= $2 AND p.user_key < $3 AND p.here
   ORDER BY p.user_key LIMIT $4`

export function readPresentWithin(
  database: Reader,
  log: number,
  { from, to }: KeyRange,
  count: number
): Promise<Pick<PresenceMark, 'user' | 'key'>[]> {
  return database.all(within, log, from, to, count)
}

/** Who reads this node's batches and has not come so far reads all of it again. */
const gone = `
WITH mine AS (UPDATE node SET forgotten_to = $2 WHERE id = $1 AND forgotten_to < $2)
DELETE FROM presence WHERE node = $1 AND batch <= $2 AND NOT here`

export async function forgetGone(database: Reader, node: string, batch: number): Promise<void> {
  await database.all(gone, node, batch)
}

const deadLot = 5_000
/** A node that nobody counts any more, by any clock; two servers do not take the same one. */
const dead = `
WITH chosen AS (
  SELECT id FROM node WHERE lease_until < clock_timestamp() - interval '1 minute' LIMIT 1 FOR UPDATE SKIP LOCKED
), rows AS (
  DELETE FROM presence WHERE ctid = ANY (ARRAY(
    SELECT p.ctid FROM presence p WHERE p.node = (SELECT id FROM chosen) LIMIT ${deadLot})) RETURNING 1
), done AS (
  DELETE FROM node WHERE id = (SELECT id FROM chosen) AND (SELECT count(*) FROM rows) < ${deadLot}
)
SELECT id FROM chosen`

export async function forgetDead(database: Reader): Promise<boolean> {
  return (await database.first(dead)) !== undefined
}
