import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { openWriting } from '../../src/stores/sqlite/connection.ts'
import { migrate } from '../../src/stores/sqlite/migrations/migrate.ts'
import { Sql } from '../../src/stores/sqlite/sql.ts'
import { UsedKeys } from '../../src/stores/sqlite/used-keys.ts'

test('keys of the day before are let go, a lot at a time, and those of today are kept', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tertulia-keys-'))
  const db = openWriting(join(folder, 'chat.db'))
  migrate(db, 0)
  const sql = new Sql(db)
  const usedKeys = new UsedKeys(sql)
  onTestFinished(() => {
    usedKeys.close()
    db.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const day = 24 * 60 * 60 * 1000
  const note = (key: string, at: number) =>
    sql.run('INSERT INTO sent (log, user, key, fingerprint, message, at) VALUES (1, 1, ?, ?, 1, ?)', key, new Uint8Array(32), at)
  db.exec('BEGIN')
  for (let n = 0; n < 1_200; n++) note(`old-${n}`, n)
  note('new', 2 * day)
  db.exec('COMMIT')
  const left = () => sql.all<{ key: string }>('SELECT key FROM sent').map(({ key }) => key)

  usedKeys.forget(2 * day + 1)
  expect(left().length).toBeGreaterThan(1) // commits get in between
  await vi.waitFor(() => expect(left()).toEqual(['new']), { timeout: 30_000 })
})
