import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import type { StoredUser } from '../../src/stores/records.ts'
import { openSqliteStore } from '../../src/stores/sqlite/sqlite-store.ts'
import type { Store } from '../../src/stores/store.ts'

/** People whom a test has registered: ana writes and owns every room, luis comes and goes. */
export interface People {
  ana: StoredUser
  luis: StoredUser
}

/** A store in a fresh folder, with ana and luis, for all tests of a file. */
export function storeWithPeople(): { store: Store; people: People } {
  const opened = {} as { store: Store; people: People }
  let folder: string
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tertulia-feeds-'))
    opened.store = await openSqliteStore({ file: join(folder, 'chat.db') })
    opened.people = { ana: await register(opened.store, 'ana', 1), luis: await register(opened.store, 'luis', 2) }
  })
  afterAll(async () => {
    await opened.store.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return opened
}

async function register(store: Store, name: string, n: number): Promise<StoredUser> {
  const tokenDigest = new Uint8Array(32).fill(n)
  const [answer] = await store.commit([{ kind: 'register', name, userKind: 'person', tokenDigest, atMs: 0 }])
  if (answer.refused) throw new Error(answer.refused.code)
  return answer.user
}
