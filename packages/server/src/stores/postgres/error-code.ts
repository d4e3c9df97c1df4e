import { StoreError } from '../store.ts'

/** The five characters by which PostgreSQL names an error (SQLSTATE); undefined: it is none of PostgreSQL's. */
export function sqlState(error: unknown): string | undefined {
  const { code, severity } = error as { code?: unknown; severity?: unknown }
  return typeof code === 'string' && typeof severity === 'string' ? code : undefined
}

/** Two transactions stood in each other's way: the same call may succeed now. */
export const isConflict = (error: unknown): boolean => ['40001', '40P01'].includes(sqlState(error) ?? '')

/** A server of a newer version has renewed the functions of the database: what this one calls is not there any more. */
const isOutdated = (error: unknown): boolean => sqlState(error) === '42883' && /\bcommit_batch\b/.test((error as Error).message)

/** Something that one command brings along: the others of its batch can be carried out. */
export const isOfCommand = (error: unknown): boolean =>
  /^(22|23|54|P0|XX000|42)/.test(sqlState(error) ?? '') && !isOutdated(error)

/** What ends a connection, here or behind a pooler: whether the statement that was under way has been committed is known to nobody. */
const isEnding = (state: string): boolean => /^(57P01|57P02|57P05|08)/.test(state)

/** The connection has ended, or nothing came over it: what became of a statement that was under way is known to nobody. */
export function isConnectionLost(error: unknown): boolean {
  const state = sqlState(error)
  if (state !== undefined) return isEnding(state) || state === '25P03'
  const { code, message } = error as NodeJS.ErrnoException
  return code !== undefined || /^Connection terminated|not queryable/.test(message)
}

/**
 * What became of a call that was sent. An error that PostgreSQL answered with has undone it, unless the connection ended with it; without an
 * answer nobody knows.
 * @returns undefined: a fault of ours
 */
export function callFailure(error: unknown): StoreError | undefined {
  const { message } = error as Error
  const state = sqlState(error)
  if (state === undefined || isEnding(state)) return new StoreError('outcome-unknown', message, { cause: error })
  if (state === '53100') return new StoreError('storage-full', message, { cause: error })
  return isOfCommand(error) ? undefined : new StoreError('storage-busy', message, { cause: error })
}

/** Nothing was written: there was no connection, or only something was to be read. */
export const unavailable = (error: unknown): StoreError =>
  new StoreError('storage-busy', (error as Error).message, { cause: error })
