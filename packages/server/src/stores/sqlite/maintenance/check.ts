import { statSync } from 'node:fs'
import { counted } from '../../counted.ts'
import type { CheckReport, Contents, Fault } from '../../maintenance.ts'
import { cannotOpen } from '../cannot-open.ts'
import type { Row } from '../driver.ts'
import { sqliteCode, sqliteCorrupt, sqliteIoError, sqliteNotADatabase } from '../error-code.ts'
import { schemaNewest, schemaOf } from '../migrations/schema.ts'
import type { Sql } from '../sql.ts'
import { checkAccounts } from './check-accounts.ts'
import { checkIndex } from './check-index.ts'
import { checkLogs } from './check-logs.ts'
import { checkMessages, type MessageCounts, messageCounts } from './check-messages.ts'
import { contentsOf, damageIn } from './contents.ts'
import type { Findings } from './findings.ts'
import { openToLook } from './looking.ts'
import type { Watch } from './watch.ts'

/** So many are listed; a file that is badly damaged has as many as it has rows. */
const faultsMax = 50

/** What is looked through, in this order. Each says what it saw, and what it finds wrong. */
const areas: Record<string, (sql: Sql, findings: Findings) => string> = {
  pages: checkPages,
  references: checkReferences,
  numbers: checkLogs,
  messages: checkMessages,
  accounts: checkAccounts
}

/**
 * Look a whole database through, as it is at one moment, also while a server writes into it. Nothing is changed.
 * @throws StoreOpenError for what is no database of ours, StoreInUseError when a server has it and that was not known
 */
export function check(db: string, isServed: boolean, watch: Watch): CheckReport {
  const { path, sql, close } = openToLook(db, isServed)
  const looked: CheckReport['looked'] = []
  const faults: Fault[] = []
  const remarks: string[] = []
  let faultsMore = 0
  let told = -1
  /** A database may have more logs than anybody wants to hear of. */
  const progress = (area: string, part: number) => {
    const percent = Math.floor(part * 100)
    if (percent > told) watch.begins(area, part)
    told = percent
  }
  const look = (area: string, at: number, work: (findings: Findings) => string) => {
    watch.begins(area, at)
    const fault = (detail: string) => {
      if (faults.length < faultsMax) faults.push({ in: area, detail })
      else faultsMore++
    }
    const remark = (words: string) => remarks.push(words)
    try {
      looked.push({ in: area, saw: work({ fault, remark, progress: (part) => progress(area, at + part / parts) }) })
    } catch (error) {
      if (!unreadable.has(sqliteCode(error))) throw error
      fault(`cannot be read to the end: ${(error as Error).message}`)
      looked.push({ in: area, saw: 'not all of it could be read' })
    }
  }
  const parts = Object.keys(areas).length + 1

  try {
    sql.db.exec('BEGIN')
    const schema = schemaOf(sql.db)
    const isNewest = schema === schemaNewest
    for (const [n, [area, work]] of Object.entries(areas).entries()) {
      if (isNewest || n < 2) look(area, n / parts, (findings) => work(sql, findings))
    }
    const counts = countsIn(sql)
    sql.db.exec('ROLLBACK') // the index is compared with the texts that there are then
    if (isNewest) look('search index', 1 - 1 / parts, (findings) => checkIndex(path, sql, isServed, findings))
    else remarks.push(`It has schema ${schema}; the next start brings it to ${schemaNewest}. What is in it can be checked then.`)
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

const unreadable: ReadonlySet<number | undefined> = new Set([sqliteCorrupt, sqliteIoError, sqliteNotADatabase])

function checkPages(sql: Sql, { fault }: Findings): string {
  for (const line of damageIn(sql, 2 * faultsMax)) fault(line)
  const { pages, bytes } = sql.get<{ pages: number; bytes: number }>(pageCount) ?? { pages: 0, bytes: 0 }
  return `${pages} pages of ${bytes} bytes, with their indexes`
}

const pageCount = 'SELECT page_count AS pages, page_size AS bytes FROM pragma_page_count, pragma_page_size'

function checkReferences(sql: Sql, { fault }: Findings): string {
  const rows = sql.all<{ table: string; rowid: number | null; parent: string }>('PRAGMA foreign_key_check')
  for (const { table, rowid, parent } of rows) fault(`a row of ${table} (${rowid ?? '?'}) names a ${parent} that is not there`)
  const { n } = sql.get<{ n: number }>("SELECT count(*) AS n FROM sqlite_schema WHERE type = 'table'") ?? { n: 0 }
  return counted(n, 'table')
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
