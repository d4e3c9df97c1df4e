import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { carriedNames, carriedTables } from '../../src/stores/carried-tables.ts'
import { columnName, tableName } from '../../src/stores/postgres/copying/carried-sql.ts'
import { openPostgresStore } from '../../src/stores/postgres/postgres-store.ts'
import { DatabaseSync } from '../../src/stores/sqlite/driver.ts'
import { steps } from '../../src/stores/sqlite/migrations/schema.ts'
import { noPostgres, PostgresEngine } from '../support/postgres-engine.ts'

/** Of a file alone: what ties it to its WAL, and the lab's wire. A message brings its text along. */
const ofFiles = ['lab.collected', 'lab.user', 'meta.mark', 'meta.openedAt', 'text.body', 'text.n']
/** Made of the text when it is copied. */
const made = ['message.body', 'message.words']
/** Of the program that made the tables, and of the servers that run: not of the chat. */
const ofPrograms = /^(program|node|presence)\./
/** Types of rows that functions have. */
const types = /^found_/

const carried = carriedNames.flatMap((table) => carriedTables[table].columns.map((column) => [table, column] as const))

test('a copy carries every column that a database file has, but for those of files alone', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tertulia-carried-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const db = new DatabaseSync(join(folder, 'chat.db'))
  for (const step of steps) step(db, 0)
  const columns = db
    .prepare(
      "SELECT t.name || '.' || c.name AS name FROM pragma_table_list t, pragma_table_info(t.name) c WHERE t.name NOT LIKE 'sqlite%'"
    )
    .all()
    .map(({ name }) => name as string)
  db.close()
  const named = carried.map(([table, column]) => `${table}.${column}`).filter((name) => !made.includes(name))
  expect([...named, ...ofFiles].sort()).toEqual(columns.sort())
})

describe.skipIf(noPostgres)(noPostgres ?? 'in PostgreSQL', () => {
  let engine: PostgresEngine
  beforeAll(async () => {
    engine = await PostgresEngine.start()
    return () => engine.remove()
  })

  test('a copy fills every column that a chat has there', async () => {
    const url = await engine.createDatabase()
    await (await openPostgresStore({ url })).close()
    const columns = await engine.sql(
      url,
      "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'tertulia'"
    )
    const named = carried.map(([table, column]) => `${tableName(table)}.${columnName(column)}`)
    expect(named.sort()).toEqual(
      columns
        .split('\n')
        .filter((name) => !types.test(name) && !ofPrograms.test(name))
        .sort()
    )
  })
})
