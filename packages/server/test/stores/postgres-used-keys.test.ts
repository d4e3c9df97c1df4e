import pg from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openPostgresStore } from '../../src/stores/postgres/postgres-store.ts'
import { UsedKeys } from '../../src/stores/postgres/used-keys.ts'
import { noPostgres, PostgresEngine } from '../support/postgres-engine.ts'
import { patient } from './support/postgres-stores.ts'

const dayMs = 24 * 60 * 60 * 1000

describe.skipIf(noPostgres)(noPostgres ?? 'used keys in PostgreSQL', () => {
  test('go when they are a day old, many of them too, unless they are used again at that moment', async () => {
    const engine = await PostgresEngine.start()
    onTestFinished(() => engine.remove())
    const url = await engine.createDatabase()
    await (await openPostgresStore({ url, ...patient })).close()
    const pool = new pg.Pool({ connectionString: url, options: '-c search_path=tertulia' })
    const usedKeys = new UsedKeys(pool)
    onTestFinished(async () => {
      usedKeys.close()
      await pool.end()
    })
    await pool.query(`
      INSERT INTO sent (log, user_id, key, fingerprint, message, at) SELECT 1, 1, 'old' || n, '', n, n FROM generate_series(0, 1200) n;
      INSERT INTO sent (log, user_id, key, fingerprint, message, at) VALUES (1, 1, 'new', '', 1, ${2 * dayMs})`)

    const sender = await pool.connect()
    await sender.query(`BEGIN; UPDATE sent SET at = ${2 * dayMs} WHERE key = 'old0'`)
    const forgetting = usedKeys.forget(2 * dayMs + 1)
    await expect.poll(async () => (await pool.query('SELECT 1 FROM pg_locks WHERE NOT granted')).rowCount).toBe(1)
    await sender.query('COMMIT')
    sender.release()
    await forgetting
    const { rows } = await pool.query('SELECT key FROM sent ORDER BY key')
    expect(rows).toEqual([{ key: 'new' }, { key: 'old0' }])
  })
})
