import { statSync } from 'node:fs'
import type { CheckReport, Contents } from '../../maintenance.ts'
import { cannotOpen } from '../cannot-open.ts'
import type { Row } from '../driver.ts'
import { sqliteCode } from '../error-code.ts'
import { schemaNewest, schemaOf } from '../migrations/schema.ts'
import type { Sql } from '../sql.ts'
import { checkIndex } from './check-index.ts'
import { type MessageCounts, messageCounts } from './check-messages.ts'
import { contentsOf } from './contents.ts'
import { areasPart, LookThrough, unreadable } from './look-through.ts'
import { openToLook } from './looking.ts'
import type { Watch } from './watch.ts'

/**
 * Look a whole database through, as it is at one moment, also while a server writes into it. Nothing is changed.
 * @throws StoreOpenError for what is no database of ours, StoreInUseError when a server has it and that was not known
 */
export function check(db: string, isServed: boolean, watch: Watch): CheckReport {
  const { path, sql, close } = openToLook(db, isServed)
  const through = new LookThrough(watch)
  try {
    sql.db.exec('BEGIN')
    const schema = schemaOf(sql.db)
    const isNewest = schema === schemaNewest
    through.tables(sql)
    const counts = countsIn(sql)
    sql.db.exec('ROLLBACK') // the index is compared with the texts that there are then
    if (isNewest) through.look('search index', areasPart, 1, (findings) => checkIndex(path, sql, isServed, findings))
    else
      through.remarks.push(
        `It has schema ${schema}; the next start brings it to ${schemaNewest}. What is in it can be checked then.`
      )
    const { looked, faults, faultsMore, remarks } = through
    return {
      did: 'check',
      db: path,
      ok: faults.length === 0,
      bytes: statSync(path).size,
      schema,
      ...counts,
      looked,
      faults,
      faultsMore,
      remarks
    }
  } catch (cause) {
    throw cannotOpen(path, cause)
  } finally {
    if (sql.db.isTransaction) sql.db.exec('ROLLBACK')
    close()
  }
}

type Counts = Contents & MessageCounts & Pick<CheckReport, 'epoch' | 'events' | 'keys'>

/** Nothing of what is so damaged that it cannot be counted. */
function countsIn(sql: Sql): Counts {
  try {
    return { ...contentsOf(sql), ...messageCounts(sql), ...(sql.get<Row>(others) as Pick<Counts, 'epoch' | 'events' | 'keys'>) }
  } catch (error) {
    if (!unreadable.has(sqliteCode(error))) throw error
    return { rooms: 0, users: 0, messages: 0, edited: 0, deleted: 0, events: 0, keys: 0, epoch: null }
  }
}

const others = `SELECT (SELECT epoch FROM meta) AS epoch, (SELECT count(*) FROM sent) AS keys,
  (SELECT coalesce(sum(head - firstSeq + 1), 0) FROM log) AS events`
