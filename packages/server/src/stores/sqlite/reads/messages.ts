import type { Message } from '@tertulia/protocol'
import { ownLogName } from '@tertulia/protocol/own-log'
import { bounded } from '../../bounded.ts'
import type { Extent, HistoryPage, HistoryRange } from '../../records.ts'
import { type MessageRow, toMessage } from '../../rows.ts'
import type { Row } from '../driver.ts'
import { type MessageColumns, messageColumns, messageJoins, rowOf } from '../rows.ts'
import type { Sql } from '../sql.ts'

export const messageRow = (sql: Sql, log: number, id: number): MessageRow | undefined =>
  sql.get<MessageRow>(`SELECT ${messageColumns} FROM message m ${messageJoins} WHERE m.log = ? AND m.id = ?`, log, id)

export function readMessage(sql: Sql, log: number, id: number): Message | undefined {
  const row = messageRow(sql, log, id)
  return row && toMessage(logName(sql, log), row)
}

/** Newest first, `id < before`. */
const backwards = `SELECT ${messageColumns} FROM message m ${messageJoins} WHERE m.log = ? AND m.id < ? ORDER BY m.id DESC LIMIT ?`
/** Oldest first, `id > after`. */
const forwards = `SELECT ${messageColumns} FROM message m ${messageJoins} WHERE m.log = ? AND m.id > ? ORDER BY m.id LIMIT ?`
const anyBefore = 'SELECT 1 FROM message WHERE log = ? AND id < ? LIMIT 1'
const anyAfter = 'SELECT 1 FROM message WHERE log = ? AND id > ? LIMIT 1'
const end = Number.MAX_SAFE_INTEGER

/** One page of history. It grows row by row from where it was asked for; what is beyond its bounds is not read. */
export function readHistory(sql: Sql, log: number, { limit, bytes, before, after, around }: HistoryRange): HistoryPage {
  const { firstSeq, head } = readExtent(sql, log) // read first: a follower that starts there may see a message twice, never miss one
  const back = (below: number) => sql.each<MessageColumns>(backwards, log, below, limit)
  const forth = (above: number) => sql.each<MessageColumns>(forwards, log, above, limit)
  const outwards =
    around !== undefined ? inTurn(forth(around - 1), back(around)) : after !== undefined ? forth(after) : back(before ?? end)
  const rows = bounded(outwards, { limit, bytes }, (columns) => columns[9])
    .map(rowOf)
    .sort((one, other) => one.id - other.id)
  const first = rows[0]?.id ?? before ?? (after ?? 0) + 1
  const last = rows.at(-1)?.id ?? (before === undefined ? (after ?? 0) : before - 1)
  const isNewest = (before ?? after ?? around) === undefined
  const room = logName(sql, log)
  return {
    messages: rows.map((row) => toMessage(room, row)),
    firstSeq,
    head,
    earlier: sql.get(anyBefore, log, first) !== undefined,
    later: !isNewest && sql.get(anyAfter, log, last) !== undefined
  }
}

/** One of each by turns, and when one of them has ended the rest of the other. */
function* inTurn<T>(one: Iterator<T>, other: Iterator<T>): Generator<T> {
  try {
    let [turn, waiting] = [one, other]
    for (let left = 2; left > 0; ) {
      const { done, value } = turn.next()
      if (done) left--
      else yield value
      if (done || left === 2) [turn, waiting] = [waiting, turn]
    }
  } finally {
    one.return?.()
    other.return?.()
  }
}

/** Name of the room that a log is of; of a user's log the name that all of these have. */
export const logName = (sql: Sql, log: number): string =>
  sql.get<{ name: string }>('SELECT name FROM room WHERE log = ?', log)?.name ?? ownLogName

const readExtent = (sql: Sql, log: number): Extent =>
  sql.get<Extent & Row>('SELECT firstSeq, head FROM log WHERE id = ?', log) ?? { firstSeq: 1, head: 0 }
