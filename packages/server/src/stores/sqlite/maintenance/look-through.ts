import { counted } from '../../counted.ts'
import type { CheckReport, Fault } from '../../maintenance.ts'
import { sqliteCode, sqliteCorrupt, sqliteIoError, sqliteNotADatabase } from '../error-code.ts'
import { schemaNewest, schemaOf } from '../migrations/schema.ts'
import type { Sql } from '../sql.ts'
import { checkAccounts } from './check-accounts.ts'
import { checkLogs } from './check-logs.ts'
import { checkMessages } from './check-messages.ts'
import { damageIn } from './contents.ts'
import type { Findings } from './findings.ts'
import type { Watch } from './watch.ts'

/** So many are listed; a file that is badly damaged has as many as it has rows. */
const faultsMax = 50

/** What a database is looked through for, in this order. Each says what it saw, and what it finds wrong. */
const areas: Record<string, (sql: Sql, findings: Findings) => string> = {
  pages: checkPages,
  references: checkReferences,
  numbers: checkLogs,
  messages: checkMessages,
  accounts: checkAccounts
}

/** What these areas are of all that is looked through. */
export const areasPart = 5 / 6

/** Looks at one area after the other, and remembers what it saw. */
export class LookThrough {
  readonly looked: CheckReport['looked'] = []
  readonly faults: Fault[] = []
  readonly remarks: string[] = []
  faultsMore = 0
  readonly #watch: Watch
  #told = -1

  constructor(watch: Watch) {
    this.#watch = watch
  }

  /** All that is in the tables. Of an older schema, only what every schema has. */
  tables(sql: Sql, part = areasPart): void {
    const isNewest = schemaOf(sql.db) === schemaNewest
    const all = Object.entries(areas)
    for (const [n, [area, work]] of all.entries()) {
      if (isNewest || n < 2)
        this.look(area, (n * part) / all.length, ((n + 1) * part) / all.length, (findings) => work(sql, findings))
    }
  }

  /** @param from  how much of the whole was done before, from 0 to 1 @param to  how much will be done after it */
  look(area: string, from: number, to: number, work: (findings: Findings) => string): void {
    this.#watch.begins(area, from)
    const fault = (detail: string) => {
      if (this.faults.length < faultsMax) this.faults.push({ in: area, detail })
      else this.faultsMore++
    }
    const remark = (words: string) => this.remarks.push(words)
    const progress = (part: number) => this.#progress(area, from + part * (to - from))
    try {
      this.looked.push({ in: area, saw: work({ fault, remark, progress }) })
    } catch (error) {
      if (!unreadable.has(sqliteCode(error))) throw error
      fault(`cannot be read to the end: ${(error as Error).message}`)
      this.looked.push({ in: area, saw: 'not all of it could be read' })
    }
  }

  /** A database may have more logs than anybody wants to hear of. */
  #progress(area: string, part: number): void {
    const percent = Math.floor(part * 100)
    if (percent > this.#told) this.#watch.begins(area, part)
    this.#told = percent
  }
}

/** What SQLite says of a file that is damaged. */
export const unreadable: ReadonlySet<number | undefined> = new Set([sqliteCorrupt, sqliteIoError, sqliteNotADatabase])

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
