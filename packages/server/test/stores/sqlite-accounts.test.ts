import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { DatabaseSync } from '../../src/stores/sqlite/driver.ts'
import { createTables } from '../../src/stores/sqlite/migrations/001-first.ts'
import { createLab } from '../../src/stores/sqlite/migrations/002-lab.ts'
import { orderByName } from '../../src/stores/sqlite/migrations/003-name-order.ts'
import { openSqliteStore } from '../../src/stores/sqlite/sqlite-store.ts'
import { openApp } from '../support/open-app.ts'
import { accountsContract } from './accounts-contract.ts'
import { invitesContract } from './invites-contract.ts'

accountsContract('SQLite', (folder) => openSqliteStore({ file: join(folder, 'chat.db') }))
invitesContract('SQLite', (folder) => openSqliteStore({ file: join(folder, 'chat.db') }))

test('tokens from before there were others are sessions of their users', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tertulia-old-tokens-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'chat.db')
  const db = new DatabaseSync(file)
  createTables(db, 0, new Uint8Array(32))
  createLab(db)
  orderByName(db)
  db.exec("INSERT INTO user (name, nameKey, kind, createdAt) VALUES ('ana', 'ana', 'person', 0), ('luis', 'luis', 'person', 0)")
  const insert = db.prepare('INSERT INTO token (digest, user, createdAt) VALUES (?, ?, ?)')
  for (const n of [1, 2]) insert.run(new Uint8Array(32).fill(n), n, n)
  db.exec('PRAGMA user_version = 3')
  db.close()
  const store = await openSqliteStore({ file })
  onTestFinished(() => store.close())
  expect(await store.token(new Uint8Array(32).fill(2))).toMatchObject({
    user: { name: 'luis' },
    kind: 'session',
    scope: 'write',
    rooms: null,
    expiresAtMs: null
  })
})

test('nothing in the files of the database signs anybody in', async () => {
  const { app, ana, folder } = await openApp()
  const password = 'correct horse battery'
  const { token } = (await app.inject({ method: 'POST', url: '/v1/users', payload: { name: 'marta', password } })).json()
  const { code } = (await ana.post('/v1/links', {})).json()
  await ana.post('/v1/rooms', { name: 'ops' })
  const invite = (await ana.post('/v1/invites', { room: 'ops', uses: 2 })).json().code
  await app.inject({ method: 'POST', url: '/v1/users', payload: { name: 'pedro', invite } })
  const again = (await app.inject({ method: 'POST', url: '/v1/sessions', payload: { name: 'marta', password } })).json().token
  const text = readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'latin1'))
    .join()
  expect(text).toContain('marta')
  for (const secret of [token, token.slice(3), again.slice(3), code, invite, password]) {
    expect(secret.length).toBeGreaterThan(10)
    for (const spelled of [secret, Buffer.from(secret).toString('hex'), Buffer.from(secret, 'base64url').toString('latin1')]) {
      expect(text.includes(spelled), spelled).toBe(false)
    }
  }
})
