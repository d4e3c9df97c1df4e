import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { DatabaseSync } from '../../src/stores/sqlite/driver.ts'
import { steps } from '../../src/stores/sqlite/migrations/schema.ts'
import { openSqliteStore } from '../../src/stores/sqlite/sqlite-store.ts'
import { ownLogsContract } from './own-logs-contract.ts'

ownLogsContract('SQLite', (folder) => openSqliteStore({ file: join(folder, 'chat.db') }))

test('whoever was there before there were own logs has one that begins now, and rooms keep theirs', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tertulia-no-own-logs-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'chat.db')
  const db = new DatabaseSync(file)
  for (const step of steps.slice(0, 10)) step(db, 0)
  db.exec(`
    INSERT INTO log (id, kind, head, firstSeq) VALUES (7, 'room', 2, 1);
    INSERT INTO user (id, name, nameKey, kind, createdAt, leftAt) VALUES (3, 'ana', 'ana', 'person', 0, NULL),
      (4, 'gone', 'gone', 'person', 0, 1), (9, 'luis', 'luis', 'person', 0, NULL);
    PRAGMA user_version = 10`)
  db.close()
  const store = await openSqliteStore({ file })
  onTestFinished(() => store.close())
  expect([await store.ownLog(3), await store.ownLog(4), await store.ownLog(9)]).toEqual([8, undefined, 9])
  expect(await store.extents([1, 7, 8, 9])).toEqual(
    new Map([
      [1, { firstSeq: 1, head: 1 }],
      [7, { firstSeq: 1, head: 2 }],
      [8, { firstSeq: 1, head: 0 }],
      [9, { firstSeq: 1, head: 0 }]
    ])
  )
  const [joined] = await store.commit([{ kind: 'join', actor: 9, room: 'general', member: 'luis', atMs: 0 }])
  expect(joined).toMatchObject({ told: [{ log: 9, events: [{ seq: 1, type: 'membership.joined' }] }] })
})
