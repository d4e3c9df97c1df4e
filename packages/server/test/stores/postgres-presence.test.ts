import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { keyRange } from '../../src/stores/key-range.ts'
import { openPostgresStore, type PostgresStore } from '../../src/stores/postgres/postgres-store.ts'
import { keepsPresence, type PresenceMark } from '../../src/stores/presence-table.ts'
import { openSqliteStore } from '../../src/stores/sqlite/sqlite-store.ts'
import { noPostgres, PostgresEngine } from '../support/postgres-engine.ts'
import { patient } from './support/postgres-stores.ts'

/** Longer than the test may take. */
const long = 60 * 60_000
const atBegin = { batch: 0, log: 0, user: 0 }
const everyone = { log: 0, user: 0, node: '' }
const mark = (user: number, name: string, here = true, log = 1): PresenceMark => ({
  log,
  user,
  name,
  key: name.toLowerCase(),
  here
})

test('a chat in a file is one server, and keeps no table of who is connected', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tertulia-alone-'))
  const store = await openSqliteStore({ file: join(folder, 'chat.db') })
  expect(keepsPresence(store)).toBe(false)
  await store.close()
  rmSync(folder, { recursive: true })
})

describe.skipIf(noPostgres)(noPostgres ?? 'who is connected, in PostgreSQL', () => {
  let engine: PostgresEngine
  let url: string
  let table: PostgresStore
  let admin: pg.Client
  beforeAll(async () => {
    engine = await PostgresEngine.start()
    url = await engine.createDatabase()
    table = await openPostgresStore({ url, ...patient })
    admin = new pg.Client({ connectionString: url, options: '-c search_path=tertulia' })
    await admin.connect()
  })
  afterAll(async () => {
    await table.close()
    await admin.end()
    await engine.remove()
  })
  beforeEach(async () => {
    await admin.query('TRUNCATE node, presence')
    for (const node of ['one', 'two']) await table.beginLease(node, long)
  })

  const runOut = (node: string, ago = '1 ms') =>
    admin.query(`UPDATE node SET lease_until = clock_timestamp() - interval '${ago}' WHERE id = $1`, [node])
  const names = async (log = 1) => (await table.presentWithin(log, keyRange({}), 100)).map(({ key }) => key)

  test('is whoever follows at a server whose lease runs, each once and in the order of names', async () => {
    expect(keepsPresence(table)).toBe(true)
    await table.writePresence('one', 1, [mark(3, 'marta'), mark(1, 'ana'), mark(4, 'Zoe', true, 2)])
    await table.writePresence('two', 1, [mark(1, 'ana'), mark(2, 'Luis')])
    expect(await names()).toEqual(['ana', 'luis', 'marta'])
    expect(await names(2)).toEqual(['zoe'])
    expect(await table.presentWithin(1, keyRange({ after: 'ana' }), 1)).toEqual([{ user: 2, key: 'luis' }])
    expect((await table.presentAmong(1, ['ana', 'Luis', 'luis', 'Zoe'])).sort()).toEqual(['Luis', 'ana'])
    expect(await table.presentAmong(1, [])).toEqual([])
    await table.writePresence('one', 2, [mark(1, 'ana', false), mark(3, 'marta', false)])
    expect(await names()).toEqual(['ana', 'luis'])
  })

  test('is nobody of a server whose lease has run out, and it cannot be renewed nor written under', async () => {
    await table.writePresence('one', 1, [mark(1, 'ana')])
    await runOut('one')
    expect(await names()).toEqual([])
    expect(await table.presentAmong(1, ['ana'])).toEqual([])
    expect(await table.liveNodes()).toEqual([{ node: 'two', batch: 0, forgottenTo: 0 }])
    expect(await table.renewLease('one', long)).toBe(false)
    expect(await table.writePresence('one', 2, [mark(2, 'luis')])).toBe(false)
    expect(await names()).toEqual([])
  })

  test('stays while its lease is renewed, and after a clean stop as long as it is told to', async () => {
    await table.writePresence('one', 1, [mark(1, 'ana')])
    expect(await table.renewLease('one', long)).toBe(true)
    await table.endLease('one', long)
    expect(await names()).toEqual(['ana'])
    await table.endLease('one', 0)
    expect(await names()).toEqual([])
    expect(await table.renewLease('never begun', long)).toBe(false)
  })

  test('is read by others in the order of batches, in pages, also who went; of a batch that comes too late nothing is written', async () => {
    await table.writePresence('one', 1, [mark(1, 'ana'), mark(2, 'luis'), mark(3, 'marta')])
    await table.writePresence('one', 3, [mark(1, 'ana', false)])
    expect(await table.writePresence('one', 2, [mark(1, 'ana'), mark(9, 'late')])).toBe(false)
    expect(await table.liveNodes()).toContainEqual({ node: 'one', batch: 3, forgottenTo: 0 })
    const first = await table.presenceAfter('one', atBegin, 2)
    expect(first.map(({ user, here, batch }) => [user, here, batch])).toEqual([
      [2, true, 1],
      [3, true, 1]
    ])
    const rest = await table.presenceAfter('one', first[1] ?? atBegin, 2)
    expect(rest).toEqual([{ ...mark(1, 'ana', false), node: 'one', batch: 3 }])
    expect(await table.presenceAfter('two', atBegin, 2)).toEqual([])
  })

  test('is read for some rooms from all servers, in pages, without who went', async () => {
    await table.writePresence('one', 1, [
      mark(1, 'ana'),
      mark(2, 'luis', false),
      mark(1, 'ana', true, 2),
      mark(1, 'ana', true, 3)
    ])
    await table.writePresence('two', 1, [mark(1, 'ana'), mark(2, 'luis', true, 2)])
    const first = await table.presenceIn([1, 2], everyone, 3)
    expect(first.map(({ log, user, node }) => [log, user, node])).toEqual([
      [1, 1, 'one'],
      [1, 1, 'two'],
      [2, 1, 'one']
    ])
    const rest = await table.presenceIn([1, 2], first[2] ?? everyone, 3)
    expect(rest.map(({ log, user, node }) => [log, user, node])).toEqual([[2, 2, 'two']])
  })

  test('who went is forgotten up to a batch, and that is told to who has not read so far', async () => {
    await table.writePresence('one', 1, [mark(1, 'ana', false), mark(2, 'luis')])
    await table.writePresence('one', 2, [mark(3, 'marta', false)])
    await table.forgetGone('one', 1)
    expect(await table.liveNodes()).toContainEqual({ node: 'one', batch: 2, forgottenTo: 1 })
    const rows = await table.presenceAfter('one', atBegin, 9)
    expect(rows.map(({ user }) => user)).toEqual([2, 3])
  })

  test('of servers that are gone for long nothing is left, however much it was', async () => {
    const crowd = Array.from({ length: 6_000 }, (_, n) => mark(n + 1, `guest${n}`))
    await table.writePresence('one', 1, crowd)
    await table.writePresence('two', 1, [mark(1, 'ana')])
    await runOut('one')
    expect(await table.forgetDead()).toBe(false) // it may only be late
    await runOut('one', '2 minutes')
    while (await table.forgetDead());
    const { rows } = await admin.query(
      'SELECT (SELECT array_agg(id) FROM node) AS nodes, (SELECT array_agg(node) FROM presence) AS of'
    )
    expect(rows).toEqual([{ nodes: ['two'], of: ['two'] }])
  })

  test('is forgotten with the leases when PostgreSQL crashes, and no fsync was spent on it', async () => {
    const { rows } = await admin.query(
      "SELECT relname FROM pg_class WHERE relnamespace = 'tertulia'::regnamespace AND relkind = 'r' AND relpersistence = 'u' ORDER BY 1"
    )
    expect(rows.map(({ relname }) => relname)).toEqual(['node', 'presence'])
  })

  test('is added to a database that a server of the version before has made, while that one runs', async () => {
    const older = await engine.createDatabase()
    const running = await openPostgresStore({ url: older, ...patient })
    const hand = new pg.Client({ connectionString: older, options: '-c search_path=tertulia' })
    await hand.connect()
    await hand.query('DROP TABLE presence, node; UPDATE program SET schema = 1')
    const newer = await openPostgresStore({ url: older, ...patient })
    await newer.beginLease('one', long)
    expect(await newer.liveNodes()).toHaveLength(1)
    const [made] = await running.commit([{ kind: 'ensure-user', name: 'ana', userKind: 'person', atMs: 0 }])
    expect(made.refused).toBeUndefined()
    await hand.end()
    await Promise.all([running.close(), newer.close()])
  })
})
