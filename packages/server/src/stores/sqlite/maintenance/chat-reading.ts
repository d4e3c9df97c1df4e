import { createHash } from 'node:crypto'
import {
  type CarriedTable,
  type CarriedValue,
  carriedLine,
  carriedNames,
  carriedTables,
  type LastNumbers,
  type Lot,
  type TableSums
} from '../../carried-tables.ts'
import type { ChatToCopy, CopiedFrom } from '../../copying.ts'
import { MaintenanceError } from '../../maintenance.ts'
import { holdable } from '../../name-keys.ts'
import { StoreInUseError, StoreOpenError } from '../../store.ts'
import { searchedBy } from '../../words.ts'
import type { Row, Value } from '../driver.ts'
import { mintEpoch } from '../migrations/migrate.ts'
import { schemaNewest, schemaOf } from '../migrations/schema.ts'
import type { Sql } from '../sql.ts'
import { LookThrough } from './look-through.ts'
import { type Alone, openAlone } from './looking.ts'
import type { Watch } from './watch.ts'

/** What is given at once, in rows and in characters. */
const lotRowsMax = 2_000
const lotCharsMax = 512 * 1024

/** A database that no server has, as it is read from its first row to its last. */
export class ChatReading {
  readonly #alone: Alone
  readonly #epoch: string
  readonly #isNewLife: boolean
  readonly #lots: Iterator<Lot, undefined>
  readonly #sums: Partial<TableSums> = {}
  #altered = 0

  /** @throws StoreInUseError when a server has it, StoreOpenError for what cannot be copied as it is */
  constructor(file: string) {
    this.#alone = take(file)
    try {
      this.#sql.db.exec('BEGIN')
      refuseOlder(this.#alone.path, schemaOf(this.#sql.db))
      const kept = this.#alone.isNewest ? this.#sql.get<{ epoch: string | null }>('SELECT epoch FROM meta')?.epoch : null
      this.#isNewLife = !kept
      this.#epoch = kept || mintEpoch()
      this.#lots = this.#read()
    } catch (error) {
      this.close()
      throw error
    }
  }

  get chat(): ChatToCopy {
    let rows = 0
    for (const table of carriedNames) rows += this.#sql.get<{ n: number }>(`SELECT count(*) AS n FROM ${table}`)?.n ?? 0
    return { from: this.#alone.path, epoch: this.#epoch, isNewLife: this.#isNewLife, rows }
  }

  /** @throws MaintenanceError when something is not as it must be */
  check(watch: Watch): void {
    const through = new LookThrough({ ...watch, begins: (_, part) => watch.begins('looking through the file', part) })
    through.tables(this.#sql, 1)
    const [fault] = through.faults
    if (!fault) return
    const { path } = this.#alone
    throw new MaintenanceError(
      `${path} is not in order (${fault.in}: ${fault.detail}). Nothing was copied. To see all that is wrong: chat-server check --db ${path}`
    )
  }

  next(): Lot | undefined {
    return this.#lots.next().value
  }

  end(): CopiedFrom {
    const { labUsers, ...numbers } = this.#sql.get<Row>(lastNumbers) as Row & LastNumbers & { labUsers: number }
    return { numbers: { ...numbers }, labUsers, altered: this.#altered, sums: this.#sums as TableSums }
  }

  close(): void {
    if (this.#sql.db.isTransaction) this.#sql.db.exec('ROLLBACK')
    this.#alone.close()
  }

  get #sql(): Sql {
    return this.#alone.sql
  }

  *#read(): Generator<Lot, undefined> {
    for (const table of carriedNames) yield* this.#readTable(table)
    return undefined
  }

  *#readTable(table: CarriedTable): Generator<Lot> {
    const hash = createHash('sha256')
    const { columns } = carriedTables[table]
    let [rows, chars] = [0, 0]
    let lot = emptyLot(table)
    for (const found of this.#sql.each<Value[]>(queries[table] ?? queryOf(table))) {
      const row = this.#carried(table, found)
      hash.update(carriedLine(table, row, Buffer.byteLength))
      for (const [n] of columns.entries()) {
        const value = row[n] as CarriedValue
        lot.columns[n]?.push(value)
        if (typeof value === 'string') chars += value.length
      }
      rows++
      lot.rows++
      if (lot.rows < lotRowsMax && chars < lotCharsMax) continue
      yield lot
      lot = emptyLot(table)
      chars = 0
    }
    this.#sums[table] = { rows, digest: hash.digest('hex') }
    if (lot.rows > 0) yield lot
  }

  #carried(table: CarriedTable, row: readonly Value[]): CarriedValue[] {
    const carried = row.map((value) => (typeof value === 'string' ? this.#held(value) : inHex(value)))
    if (table === 'meta') carried[carriedTables.meta.columns.indexOf('epoch')] = this.#epoch
    if (table === 'message') {
      const body = carried.at(-1) as string | null
      carried.push(body === null ? null : searchedBy(body))
    }
    return carried
  }

  /** Nothing that came over HTTP has what PostgreSQL does not take. */
  #held(text: string): string {
    const held = holdable(text)
    if (held !== text) this.#altered++
    return held
  }
}

function take(file: string): Alone {
  try {
    return openAlone(file)
  } catch (error) {
    if (!(error instanceof StoreInUseError)) throw error
    throw new StoreInUseError(
      `A chat-server is running with ${file}. Stop it first: what it acknowledges from now on would be missing in the copy. Nothing was copied.`,
      { cause: error }
    )
  }
}

function refuseOlder(path: string, schema: number): void {
  if (schema === schemaNewest) return
  throw new StoreOpenError(
    `${path} has schema ${schema}, and only one of schema ${schemaNewest} can be copied. Start this chat-server with it once, which brings it up to date, stop it, and repeat this: chat-server start --db ${path}`
  )
}

const emptyLot = (table: CarriedTable): Lot => ({ table, rows: 0, columns: carriedTables[table].columns.map(() => []) })

const inHex = (value: Exclude<Value, string>): number | string | null =>
  value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex') : value

/** Where the columns are called the same. */
const queryOf = (table: CarriedTable): string =>
  `SELECT ${carriedTables[table].columns.join(', ')} FROM ${table} ORDER BY ${carriedTables[table].key.join(', ')}`

const queries: Partial<Record<CarriedTable, string>> = {
  message: `SELECT m.log, m.id, m.author, m.textN, m.rev, m.createdAt, m.editedAt, m.deletedAt, t.body
    FROM message m JOIN text t ON t.n = m.textN ORDER BY m.log, m.id`
}

/** Of tokens and invites the number of one that is gone is never given again, of the others none goes. */
const lastNumbers = `SELECT
  (SELECT coalesce(max(id), 0) FROM log) AS log, (SELECT coalesce(max(id), 0) FROM user) AS user,
  (SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'token') AS token,
  (SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'invite') AS invite,
  (SELECT coalesce(max(n), 0) FROM text) AS text,
  (SELECT count(*) FROM lab) AS labUsers`
