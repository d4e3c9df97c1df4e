import type { Pool, PoolConfig } from 'pg'
import { StoreOpenError } from '../store.ts'
import { cuttable } from './cut-off.ts'

/** How long is waited, in ms. */
export interface TimeLimits {
  /** For a statement, by PostgreSQL. */
  statementMs: number
  /** For the answer, by this program: longer, so that nearly always somebody knows what became of it. */
  answerMs: number
  /** For a lock. */
  lockMs: number
  /** For the turn of what is to be written. */
  queueMs: number
}

export const usualLimits: TimeLimits = { statementMs: 1_800, answerMs: 2_000, lockMs: 1_000, queueMs: 500 }

const connectMs = 2_000
const idleMs = 30_000
/** So many connections for one server. */
const connectionsMax = 6

/** What PostgreSQL calls the connections of a server. */
export const serverName = 'chat-server'

/** Where all of ours is, beside whatever else is in the database. */
export const schema = 'tertulia'

/**
 * By these PostgreSQL lets go, within half a minute, of the connections of a server whose machine vanished without a word; else the system
 * has them stay for hours, with what they hold: locks, and places among `max_connections`. Where a system lacks one, its log says so.
 */
const lettingGo: Record<string, number> = {
  tcp_keepalives_idle: 10,
  tcp_keepalives_interval: 5,
  tcp_keepalives_count: 3,
  tcp_user_timeout: 25_000
}

const settings = ({ statementMs, answerMs, lockMs }: TimeLimits): Record<string, string | number> => ({
  search_path: `${schema},pg_catalog`,
  synchronous_commit: 'on',
  // What is decided once the locks were had must see what others have committed before.
  default_transaction_isolation: 'read committed',
  statement_timeout: statementMs,
  lock_timeout: lockMs,
  idle_in_transaction_session_timeout: answerMs,
  client_connection_check_interval: 500,
  ...lettingGo,
  jit: 'off',
  standard_conforming_strings: 'on',
  client_min_messages: 'warning'
})

/** Loads the library, which only who has asked for it needs. @throws StoreOpenError where it is missing */
export async function loadDriver(): Promise<typeof import('pg').default> {
  try {
    return (await import('pg')).default
  } catch (cause) {
    throw new StoreOpenError('The package pg is missing, which speaks with PostgreSQL. Install it: npm install pg@8', { cause })
  }
}

/** What every connection to this database begins with. */
export async function connectionOptions(url: string, limits: TimeLimits): Promise<PoolConfig> {
  const { types } = await loadDriver()
  const asNumber = new Set([types.builtins.INT8, types.builtins.INT4, types.builtins.INT2])
  const ours = Object.entries(settings(limits)).map(([name, value]) => `-c ${name}=${String(value).replaceAll(' ', '\\ ')}`)
  const [connectionString, theirs] = withoutOptions(url)
  return {
    connectionString,
    application_name: serverName,
    options: [...theirs, ...ours].join(' '),
    connectionTimeoutMillis: connectMs,
    query_timeout: limits.answerMs,
    keepAlive: true,
    types: {
      // No number of ours is beyond what a number of JavaScript holds.
      getTypeParser: ((oid: number, format: never) =>
        asNumber.has(oid) ? Number : types.getTypeParser(oid, format)) as typeof types.getTypeParser
    }
  }
}

/** The library would take the options of a URL instead of those beside it; of two settings with one name PostgreSQL takes the later. */
function withoutOptions(url: string): [url: string, options: string[]] {
  const found = new URL(url)
  const options = found.searchParams.getAll('options')
  if (options.length === 0) return [url, []]
  found.searchParams.delete('options')
  return [found.href, options]
}

export async function openPool(url: string, limits: TimeLimits): Promise<Pool> {
  const driver = await loadDriver()
  const pool = new driver.Pool({
    ...(await connectionOptions(url, limits)),
    Client: cuttable(driver.Client),
    max: connectionsMax,
    idleTimeoutMillis: idleMs
  })
  pool.on('error', () => {}) // of a connection that nobody uses: the next one who needs one makes another
  pool.on('connect', (client) => client.on('error', () => {})) // of one in use: what was asked over it hears of it, and Node would end
  return pool
}
