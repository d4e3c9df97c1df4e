import pg from 'pg'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { openPool, usualLimits } from '../../src/stores/postgres/connection.ts'
import { openPostgresStore, type PostgresStore } from '../../src/stores/postgres/postgres-store.ts'
import { StoreOpenError } from '../../src/stores/store.ts'
import { noPostgres, PostgresEngine } from '../support/postgres-engine.ts'
import { patient } from './support/postgres-stores.ts'

describe.skipIf(noPostgres)(noPostgres ?? 'the tables in PostgreSQL', () => {
  let engine: PostgresEngine
  beforeAll(async () => {
    engine = await PostgresEngine.start()
  })
  afterAll(() => engine.remove())

  const open = async (url: string): Promise<PostgresStore> => {
    const store = await openPostgresStore({ url, ...patient })
    onTestFinished(() => store.close())
    return store
  }
  const byHand = async (url: string, sql: string): Promise<void> => {
    const client = new pg.Client(url)
    await client.connect()
    await client.query(sql).finally(() => client.end())
  }
  const canWrite = async (store: PostgresStore) => {
    const [made] = await store.commit([{ kind: 'ensure-user', name: 'ana', userKind: 'person', atMs: 0 }])
    return made.refused === undefined
  }

  test('are made once by servers that start at the same time, and all of them have the same chat', async () => {
    const url = await engine.createDatabase()
    const stores = await Promise.all(Array.from({ length: 4 }, () => open(url)))
    expect(new Set(stores.map(({ epoch }) => epoch)).size).toBe(1)
    expect(stores.filter(({ isNew }) => isNew)).toHaveLength(1)
    for (const store of stores) expect(await canWrite(store)).toBe(true)
  })

  test('take each commit as it is, whatever transactions are in the database otherwise', async () => {
    const url = await engine.createDatabase()
    const name = new URL(url).pathname.slice(1)
    await byHand(url, `ALTER DATABASE "${name}" SET default_transaction_isolation = 'repeatable read'`)
    expect(await canWrite(await open(url))).toBe(true)
  })

  test('are where they belong, whatever options the URL has, and those hold beside ours', async () => {
    const url = await engine.createDatabase()
    const plain = await open(url)
    const store = await open(`${url}?options=-c%20geqo%3Doff%20-c%20search_path%3Dpublic`)
    expect(store.epoch).toBe(plain.epoch)
    expect(await canWrite(store)).toBe(true)
    expect(await engine.sql(url, "SELECT DISTINCT schemaname FROM pg_tables WHERE tablename = 'message'")).toBe('tertulia')
    const pool = await openPool(`${url}?options=-c%20geqo%3Doff`, usualLimits)
    onTestFinished(() => pool.end())
    const { rows } = await pool.query(`SELECT current_setting('geqo') AS geqo, current_setting('lock_timeout') AS lock`)
    expect(rows).toEqual([{ geqo: 'off', lock: '1s' }])
  })

  test('that a server made in part before it ended are finished by the next one', async () => {
    const url = await engine.createDatabase()
    await byHand(
      url,
      `CREATE SCHEMA tertulia;
      CREATE TABLE tertulia.program (one integer PRIMARY KEY CHECK (one = 1), schema integer NOT NULL, functions text NOT NULL);
      INSERT INTO tertulia.program (one, schema, functions) VALUES (1, 0, '')`
    )
    expect(await canWrite(await open(url))).toBe(true)
  })

  test('have the functions of this program, also where another version left others of the same names', async () => {
    const url = await engine.createDatabase()
    await (await openPostgresStore({ url, ...patient })).close()
    await byHand(
      url,
      `UPDATE tertulia.program SET functions = 'of another version';
      DROP FUNCTION tertulia.may_act(bigint);
      CREATE FUNCTION tertulia.may_act(who bigint) RETURNS text LANGUAGE sql AS 'SELECT NULL';
      CREATE FUNCTION tertulia.of_no_use() RETURNS text LANGUAGE sql AS 'SELECT NULL'`
    )
    expect(await canWrite(await open(url))).toBe(true)
    await expect(byHand(url, 'SELECT tertulia.of_no_use()')).rejects.toThrow('does not exist')
  })

  test('of a newer program are refused, and left as they are', async () => {
    const url = await engine.createDatabase()
    await (await openPostgresStore({ url, ...patient })).close()
    await byHand(url, 'UPDATE tertulia.program SET schema = 99')
    const refused = openPostgresStore({ url, ...patient })
    await expect(refused).rejects.toThrow(StoreOpenError)
    await expect(refused).rejects.toThrow('has schema 99')
  })
})
