import { createHash } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Client } from 'pg'
import {
  type CarriedTable,
  carriedNames,
  type LastNumbers,
  type Lot,
  type TableSum,
  type TableSums
} from '../../carried-tables.ts'
import type { CopyTarget } from '../../copying.ts'
import { counted } from '../../counted.ts'
import { MaintenanceError } from '../../maintenance.ts'
import { schema, serverName } from '../connection.ts'
import { isConnectionLost, sqlState } from '../error-code.ts'
import { keepOut, keepOutLater, makeAll } from '../migrations/migrate.ts'
import { cannotUse, connect } from '../prepare-database.ts'
import { CarriedSql, columnName, readColumnTypes, tableName } from './carried-sql.ts'

const connectWithinMs = 10_000
/** After the connection was lost while it was committed, what became of it may be told so much later. */
const outcomeWithinMs = 30_000
const endWithinMs = 2_000
const fetchRows = 1_000

/** Whoever looks at the connections of PostgreSQL sees this. */
const programName = `${serverName} copy`

/** Nothing is in a hurry; but what a vanished copy holds is let go of in time. */
const patience = "SET statement_timeout = 0; SET lock_timeout = 0; SET idle_in_transaction_session_timeout = '10min'"

/** A PostgreSQL database into which a chat comes in one transaction: a copy that does not come to its end leaves nothing. */
export class PostgresTarget implements CopyTarget {
  readonly to: string
  readonly #url: string
  #client: Client | undefined
  #epoch = ''
  #sql: CarriedSql | undefined
  /** Made at the end, which is faster than to keep them. */
  #indexes: string[] = []

  /** @param to  the URL as it may be shown */
  constructor(url: string, to: string) {
    this.#url = url
    this.to = to
  }

  async begin(epoch: string): Promise<void> {
    this.#epoch = epoch
    this.#client = await this.#connect(connectWithinMs)
    await this.#try(async (client) => {
      if (!(await keepOut(client))) {
        throw new MaintenanceError(
          'Another copy into this database is under way, or a chat-server is starting with it. Nothing was copied. Wait until that has ended.'
        )
      }
      await refuseChat(client, epoch)
      await refuseServers(client)
    })
  }

  write(lot: Lot): Promise<void> {
    return this.#try(async (client) => {
      this.#sql ??= await this.#make(client)
      await client.query(this.#sql.insertOf(lot))
    })
  }

  index(numbers: LastNumbers, tell: (step: string) => void): Promise<void> {
    return this.#try(async (client) => {
      tell('making indexes')
      for (const definition of this.#indexes) await client.query(definition)
      for (const [sequence, last] of Object.entries(sequencesOf(numbers))) {
        await client.query(`SELECT setval(${sequence}, $1, $2)`, [Math.max(1, last), last > 0])
      }
      tell('counting for the planner')
      await client.query(`ANALYZE ${carriedNames.map(tableName).join(', ')}`)
    })
  }

  sums(tell: (rows: number) => void): Promise<TableSums> {
    return this.#try(async (client) => {
      const sums: Partial<TableSums> = {}
      let before = 0
      for (const table of carriedNames) {
        const sum = await this.#sumOf(client, table, (rows) => tell(before + rows))
        sums[table] = sum
        before += sum.rows
      }
      return sums as TableSums
    })
  }

  async commit(): Promise<void> {
    try {
      await this.#client?.query('COMMIT')
    } catch (error) {
      if (!isConnectionLost(error)) throw failure(error)
      if (!(await this.#isThere(error))) throw lost(error)
    }
  }

  async close(): Promise<void> {
    // One that does not answer any more is left to the end of the process.
    await Promise.race([this.#client?.end().catch(() => {}), pause(endWithinMs, undefined, { ref: false })])
  }

  async #connect(withinMs: number): Promise<Client> {
    const client = await connect(this.#url, { waitMs: withinMs, program: programName })
    await client.query(patience)
    return client
  }

  async #try<T>(work: (client: Client) => Promise<T>): Promise<T> {
    try {
      return await work(this.#client as Client)
    } catch (error) {
      throw failure(error)
    }
  }

  /** The tables of a chat, without a row. */
  async #make(client: Client): Promise<CarriedSql> {
    await client.query('BEGIN')
    await makeAll(client, 0)
    await client.query(`TRUNCATE ${carriedNames.map(tableName).join(', ')}`)
    const { rows } = await client.query<{ name: string; definition: string }>(indexes)
    this.#indexes = rows.map(({ definition }) => definition)
    await client.query(`DROP INDEX ${rows.map(({ name }) => name).join(', ')}`)
    return new CarriedSql(await readColumnTypes(client))
  }

  async #sumOf(client: Client, table: CarriedTable, tell: (rows: number) => void): Promise<TableSum> {
    const hash = createHash('sha256')
    let rows = 0
    await client.query(`DECLARE carried NO SCROLL CURSOR FOR ${this.#sql?.linesOf(table)}`)
    for (;;) {
      const { rows: found } = await client.query<{ line: string }>(`FETCH ${fetchRows} FROM carried`)
      if (found.length === 0) break
      for (const { line } of found) hash.update(line)
      rows += found.length
      tell(rows)
    }
    await client.query('CLOSE carried')
    return { rows, digest: hash.digest('hex') }
  }

  /** Whether what was asked to be committed was, once the connection that was asked has ended. */
  async #isThere(cause: unknown): Promise<boolean> {
    try {
      const client = await this.#connect(outcomeWithinMs)
      try {
        await client.query(`SET statement_timeout = ${outcomeWithinMs}`)
        await keepOutLater(client)
        return (await chatIn(client))?.epoch === this.#epoch
      } finally {
        await client.end().catch(() => {})
      }
    } catch {
      throw new MaintenanceError(
        'The connection with PostgreSQL was lost at the very end: the chat is there as a whole, or nothing is. Repeat this command: it says which, or copies it.',
        { cause }
      )
    }
  }
}

/** Those that belong to no constraint. */
const indexes = `SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS definition
  FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
 WHERE c.relnamespace = '${schema}'::regnamespace AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid)`

/** What gives each its number, as SQL. */
function sequencesOf(numbers: LastNumbers): Record<string, number> {
  const { text, ...ids } = numbers
  const identities = Object.entries(ids).map(([table, last]) => [
    `pg_get_serial_sequence('${tableName(table as CarriedTable)}', '${columnName('id')}')`,
    last
  ])
  return { ...Object.fromEntries(identities), "'text_number'": text }
}

interface FoundChat {
  epoch: string
  messages: number
  rooms: number
  users: number
}

/** The chat of this database; undefined: there is none. */
async function chatIn(client: Client): Promise<FoundChat | undefined> {
  try {
    const { rows } = await client.query<FoundChat>(`SELECT epoch, (SELECT count(*) FROM message) AS messages,
      (SELECT count(*) FROM room) AS rooms, (SELECT count(*) FROM users) AS users FROM meta`)
    return rows[0]
  } catch (error) {
    if (/^42/.test(sqlState(error) ?? '')) return undefined
    throw error
  }
}

/** Nothing but what somebody has made on purpose, without anything in it, may be in the schema. */
async function refuseChat(client: Client, epoch: string): Promise<void> {
  const { rows } = await client.query<{ n: number }>(`SELECT count(*) AS n FROM pg_class WHERE relnamespace =
    (SELECT oid FROM pg_namespace WHERE nspname = '${schema}')`)
  if (rows[0]?.n === 0) return
  const chat = await chatIn(client)
  const another = 'To copy into another one: createdb NAME'
  if (!chat) throw new MaintenanceError(`The schema ${schema} of this database is not empty. Nothing was copied. ${another}`)
  const { messages, rooms, users } = chat
  const has = `${counted(messages, 'message')} in ${counted(rooms, 'room')} of ${counted(users, 'user')}`
  if (chat.epoch === epoch) {
    throw new MaintenanceError(
      `This chat is in this database already: it was copied before, and has ${has} now. Nothing was copied. Start a chat-server with it. ${another}`
    )
  }
  const unused = users === 0 ? ` Nobody has used it yet: to remove it, DROP SCHEMA ${schema} CASCADE.` : ''
  throw new MaintenanceError(`There is a chat in this database already: ${has}. Nothing was copied.${unused} ${another}`)
}

/** Of a chat that somebody has dropped a server may still believe that it is there. */
async function refuseServers(client: Client): Promise<void> {
  const { rows } = await client.query<{ n: number }>(
    'SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1',
    [serverName]
  )
  if (rows[0]?.n === 0) return
  throw new MaintenanceError('A chat-server is connected with this database. Nothing was copied. Stop it first.')
}

const lost = (cause: unknown) =>
  new MaintenanceError(
    `The connection with PostgreSQL was lost (${(cause as Error).message}). Nothing was copied. Repeat this when it is back.`,
    { cause }
  )

/** Why it was not copied, in a line that says what to do. A fault of ours stays as it is. */
function failure(error: unknown): unknown {
  if (error instanceof MaintenanceError) return error
  if (isConnectionLost(error)) return lost(error)
  const { message } = error as Error
  const state = sqlState(error) ?? ''
  if (state === '53100') {
    return new MaintenanceError(
      `There is no room on the disk of PostgreSQL (${message}). Nothing was copied. Make some, and repeat this.`,
      { cause: error }
    )
  }
  if (!/^(25P|53|57|58)/.test(state)) return cannotUse(error)
  return new MaintenanceError(`PostgreSQL could not go on (${message}). Nothing was copied.`, { cause: error })
}
