import type { Contents } from '../../maintenance.ts'
import type { Sql } from '../sql.ts'

/** Every schema has these tables. */
const query = `SELECT (SELECT count(*) FROM room) AS rooms, (SELECT count(*) FROM user) AS users,
  (SELECT count(*) FROM message) AS messages`

export const contentsOf = (sql: Sql): Contents => ({ ...(sql.get<Contents & Record<string, number>>(query) as Contents) })

/** What SQLite finds wrong with the pages of a file and with the indexes in it, a line each; nothing: all is well. */
export const damageIn = (sql: Sql, linesMax: number): string[] =>
  sql
    .all<{ integrity_check: string }>(`PRAGMA integrity_check(${linesMax})`)
    .map(({ integrity_check }) => integrity_check)
    .filter((line) => line !== 'ok')
