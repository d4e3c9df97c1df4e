import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { openDatabase } from '../../src/stores/sqlite/open-database.ts'
import { UsedKeys } from '../../src/stores/sqlite/used-keys.ts'

test('keys of the day before are let go, a lot at a time, and those of today are kept', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tertulia-keys-'))
  const { wal } = openDatabase(join(folder, 'chat.db'), 0)
  const { sql } = wal
  const usedKeys = new UsedKeys(sql, (work) => wal.transaction(work))
  onTestFinished(() => {
    usedKeys.close()
    wal.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const day = 24 * 60 * 60 * 1000
  const note = (key: string, at: number) =>
    sql.run('INSERT INTO sent (log, user, key, fingerprint, message, at) VALUES (1, 1, ?, ?, 1, ?)', key, new Uint8Array(32), at)
  sql.db.exec('BEGIN')
  for (let n = 0; n < 1_200; n++) note(`old-${n}`, n)
  note('new', 2 * day)
  sql.db.exec('COMMIT')
  const left = () => sql.all<{ key: string }>('SELECT key FROM sent').map(({ key }) => key)

  usedKeys.forget(2 * day + 1)
  expect(left().length).toBeGreaterThan(1) // commits get in between
  await vi.waitFor(() => expect(left()).toEqual(['new']), { timeout: 30_000 })
})
