import { setTimeout as pause } from 'node:timers/promises'
import type { Client } from 'pg'
import { StoreOpenError } from '../store.ts'
import { connectionOptions, loadDriver, serverName, usualLimits } from './connection.ts'
import { sqlState } from './error-code.ts'
import { migrate, type Opened } from './migrations/migrate.ts'

/** A database that starts together with this server may need so long. */
const patienceMs = 30_000
const againMs = 250
const versionMin = 14

interface Waiting {
  /** For how long a database is waited for. */
  waitMs?: number
  /** Hears each time that it was not there, and will be tried again. */
  tellWaiting?: ((why: Error) => void) | undefined
}

interface Connecting extends Waiting {
  /** Who is shown there to have this connection. */
  program?: string
}

/**
 * See that a database keeps what this program promises, and bring it up to date.
 * @throws StoreOpenError when it is not there in time, or cannot be used as it is; its message says what to do
 */
export async function prepareDatabase(url: string, waiting: Waiting = {}): Promise<Opened> {
  const client = await connect(url, waiting)
  try {
    return await migrate(client, Date.now())
  } catch (error) {
    throw cannotUse(error)
  } finally {
    await client.end().catch(() => {})
  }
}

/** Connect to a database that keeps what this program promises; one that cannot be reached is waited for. */
export async function connect(url: string, how: Connecting = {}): Promise<Client> {
  const client = await dial(url, how)
  try {
    await check(client)
    return client
  } catch (error) {
    await client.end().catch(() => {})
    throw cannotUse(error)
  }
}

async function dial(url: string, { waitMs = patienceMs, tellWaiting, program = serverName }: Connecting): Promise<Client> {
  const { Client } = await loadDriver()
  const options = { ...(await connectionOptions(url, usualLimits)), query_timeout: undefined, application_name: program }
  const until = performance.now() + waitMs
  for (;;) {
    const client = new Client(options)
    client.on('error', () => {}) // the statement under way hears of it
    try {
      await client.connect()
      return client
    } catch (error) {
      await client.end().catch(() => {})
      if (!isPassing(error) || performance.now() + againMs > until) throw cannotUse(error)
      tellWaiting?.(error as Error)
      await pause(againMs)
    }
  }
}

/** Whether a database that cannot be reached now may be soon: one that does not run yet, is starting, or has no place left. */
function isPassing(error: unknown): boolean {
  const state = sqlState(error)
  return state === undefined ? !/password|SASL|SSL/.test((error as Error).message) : /^(57P|53|08)/.test(state)
}

async function check(client: Client): Promise<void> {
  const { rows } = await client.query<Record<string, string>>(`
    SELECT current_setting('server_version_num')::integer / 10000 AS version, current_setting('fsync') AS fsync,
           current_setting('full_page_writes') AS full_page_writes, current_setting('synchronous_commit') AS synchronous_commit,
           current_setting('transaction_isolation') AS isolation,
           pg_encoding_to_char(encoding) AS encoding, pg_is_in_recovery() AS is_standby
      FROM pg_database WHERE datname = current_database()`)
  const found = rows[0] as Record<string, unknown>
  if (Number(found.version) < versionMin) {
    throw new StoreOpenError(`This PostgreSQL has version ${found.version}; chat-server needs ${versionMin} or later.`)
  }
  if (found.encoding !== 'UTF8') {
    throw new StoreOpenError(
      `The database has the encoding ${found.encoding}. Make another one: createdb --encoding=UTF8 --template=template0.`
    )
  }
  if (found.is_standby)
    throw new StoreOpenError('This PostgreSQL is a standby and takes no writes. Give the address of the primary.')
  for (const setting of ['fsync', 'full_page_writes'] as const) {
    if (found[setting] === 'on') continue
    throw new StoreOpenError(
      `This PostgreSQL runs with ${setting}=${found[setting]}: it would lose messages that were acknowledged. Set ${setting}=on.`
    )
  }
  if (found.synchronous_commit !== 'on') {
    throw new StoreOpenError(`PostgreSQL keeps synchronous_commit at ${found.synchronous_commit} instead of on.`)
  }
  if (found.isolation !== 'read committed') {
    throw new StoreOpenError(`PostgreSQL keeps transactions at ${found.isolation} instead of read committed.`)
  }
}

/** Why this database cannot be used as it is, in a line that says what to do. A fault of ours stays as it is. */
export function cannotUse(error: unknown): unknown {
  if (error instanceof StoreOpenError) return error
  const { message, code } = error as Error & { code?: string }
  const state = sqlState(error)
  if (state === '42501') {
    return new StoreOpenError(
      `The user of this URL may not make tables in the database (${message}). Grant CREATE on the database.`,
      { cause: error }
    )
  }
  if (state === '3D000')
    return new StoreOpenError(`There is no such database: ${message}. Make it with createdb.`, { cause: error })
  if (state?.startsWith('28')) return new StoreOpenError(`PostgreSQL lets nobody in with this URL: ${message}.`, { cause: error })
  if (state !== undefined && !/^(57|53|08)/.test(state)) return error
  return new StoreOpenError(`PostgreSQL cannot be reached: ${message || code}. Start it, or give another URL.`, {
    cause: error
  })
}
