import { createHash, randomBytes, randomInt } from 'node:crypto'
import type { ClientBase } from 'pg'
import { StoreOpenError } from '../../store.ts'
import { functions } from '../commands/commit.ts'
import { schema } from '../connection.ts'
import { first, general } from './001-first.ts'
import { presence } from './002-presence.ts'

/** Each step takes the tables from the version before it to its own. A released step never changes again. */
const steps: ReadonlyArray<(client: ClientBase, nowMs: number) => Promise<unknown>> = [
  async (client, nowMs) => {
    await client.query(first)
    await client.query(general, [nowMs])
    await client.query('INSERT INTO meta (one, epoch, secret) VALUES (1, $1, $2)', [mintEpoch(), randomBytes(32)])
  },
  (client) => client.query(presence)
]

/** One server at a time: “TerM”. */
const turn = 0x54_65_72_4d
/** A chat comes into this database, or servers begin with it: “TerC”. */
const copying = 0x54_65_72_43

export interface Opened {
  epoch: string
  secret: Uint8Array
  /** There was no chat in this database. */
  isNew: boolean
}

/**
 * Bring the tables up to date, each step in one transaction with its number, and the functions to what this program knows. Several servers
 * may start at once: one of them does it. It may end in the middle: the next one goes on.
 * @throws StoreOpenError for a schema that a newer program made
 */
export async function migrate(client: ClientBase, nowMs: number): Promise<Opened> {
  await client.query('SET statement_timeout = 0; SET lock_timeout = 0')
  if (!(await took(client, 'SELECT pg_try_advisory_lock_shared($1) AS took'))) {
    throw new StoreOpenError('A chat is being copied into this database. Start the server when chat-server copy has ended.')
  }
  await client.query('SELECT pg_advisory_lock($1)', [turn])
  try {
    const isNew = await prepare(client)
    const present = await numberOf(client)
    if (present > steps.length) {
      throw new StoreOpenError(
        `The database has schema ${present}, this chat-server knows ${steps.length}. Start a chat-server at least as new as the one that made it.`
      )
    }
    for (const [n, step] of steps.entries()) {
      if (n < present) continue
      await inTransaction(client, () => take(client, n, step, nowMs))
    }
    await renewFunctions(client)
    const { rows } = await client.query<{ epoch: string; secret: Uint8Array }>('SELECT epoch, secret FROM meta')
    return { ...(rows[0] as { epoch: string; secret: Uint8Array }), isNew }
  } finally {
    await client.query('SELECT pg_advisory_unlock($1), pg_advisory_unlock_shared($2)', [turn, copying])
  }
}

/**
 * Keep servers and other copies out of this database until the connection ends.
 * @returns whether that could be: none of them is about to begin there
 */
export const keepOut = (client: ClientBase): Promise<boolean> => took(client, 'SELECT pg_try_advisory_lock($1) AS took')

/** The same, when whoever had it before has ended. */
export const keepOutLater = (client: ClientBase): Promise<unknown> => client.query('SELECT pg_advisory_lock($1)', [copying])

async function took(client: ClientBase, text: string): Promise<boolean> {
  const { rows } = await client.query<{ took: boolean }>(text, [copying])
  return rows[0]?.took ?? false
}

/** Make all tables and functions as they are today, in the transaction that is under way, where nothing of ours is. They hold a new chat. */
export async function makeAll(client: ClientBase, nowMs: number): Promise<void> {
  await makeProgram(client)
  for (const [n, step] of steps.entries()) await take(client, n, step, nowMs)
  await makeFunctions(client)
}

/** @returns whether nothing of ours was there */
async function prepare(client: ClientBase): Promise<boolean> {
  const { rows } = await client.query('SELECT 1 FROM pg_tables WHERE schemaname = $1 AND tablename = $2', [schema, 'program'])
  if (rows.length > 0) return false
  await inTransaction(client, () => makeProgram(client))
  return true
}

async function makeProgram(client: ClientBase): Promise<void> {
  await client.query(`CREATE SCHEMA IF NOT EXISTS ${schema}`)
  await client.query(`
    CREATE TABLE program (
      one integer PRIMARY KEY CHECK (one = 1),
      schema integer NOT NULL,
      functions text NOT NULL -- digest of what they were made of
    )`)
  await client.query("INSERT INTO program (one, schema, functions) VALUES (1, 0, '')")
}

type Step = (typeof steps)[number]

async function take(client: ClientBase, n: number, step: Step, nowMs: number): Promise<void> {
  await step(client, nowMs)
  await client.query('UPDATE program SET schema = $1', [n + 1])
}

async function numberOf(client: ClientBase): Promise<number> {
  const { rows } = await client.query<{ schema: number }>('SELECT schema FROM program')
  return rows[0]?.schema ?? 0
}

/** What another version had may have other arguments, or be of no use any more. */
const dropFunctions = `
DO $$ DECLARE one regprocedure; BEGIN
  FOR one IN SELECT oid FROM pg_proc WHERE pronamespace = '${schema}'::regnamespace LOOP
    EXECUTE 'DROP FUNCTION ' || one || ' CASCADE';
  END LOOP;
END $$`

const functionsDigest = () => createHash('sha256').update(functions).digest('hex')

async function renewFunctions(client: ClientBase): Promise<void> {
  const { rows } = await client.query<{ functions: string }>('SELECT functions FROM program')
  if (rows[0]?.functions === functionsDigest()) return
  await inTransaction(client, async () => {
    await client.query(dropFunctions)
    await makeFunctions(client)
  })
}

async function makeFunctions(client: ClientBase): Promise<void> {
  await client.query(functions)
  await client.query('UPDATE program SET functions = $1', [functionsDigest()])
}

async function inTransaction(client: ClientBase, work: () => Promise<unknown>): Promise<void> {
  await client.query('BEGIN')
  try {
    await work()
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {})
    throw error
  }
}

const letters = '0123456789abcdefghijklmnopqrstuvwxyz'
const mintEpoch = () => Array.from({ length: 10 }, () => letters[randomInt(letters.length)]).join('')
