import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { backUp } from '../../src/stores/sqlite/maintenance/backup.ts'
import { check } from '../../src/stores/sqlite/maintenance/check.ts'
import { restore } from '../../src/stores/sqlite/maintenance/restore.ts'
import { schemaNewest } from '../../src/stores/sqlite/migrations/schema.ts'
import { openSqliteStore } from '../../src/stores/sqlite/sqlite-store.ts'

/** Databases that servers of that time left when they were stopped, each with some of everything that it knew; a step of the schema that comes adds one of the schema before it. */
const fixtures = new URL('fixtures/', import.meta.url)
const nameOf = (schema: number) => `schema-${String(schema).padStart(2, '0')}.db.gz`
const schemas = Array.from({ length: readdirSync(fixtures).length }, (_, n) => n + 1)
const watch = { writes: () => {}, begins: () => {}, grows: () => {} }

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tertulia-schema-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
})
const at = (name: string) => join(folder, name)

test('there is a database of every schema but the newest', () => {
  expect(readdirSync(fixtures).sort()).toEqual(schemas.map(nameOf))
  expect(schemas.length).toBeGreaterThanOrEqual(schemaNewest - 1)
})

test.each(schemas)('a database of schema %i, and a backup of it, are brought up to date and in order', async (schema) => {
  writeFileSync(at('chat.db'), gunzipSync(readFileSync(new URL(nameOf(schema), fixtures))))
  const before = check(at('chat.db'), false, watch)
  expect([before.schema, before.faults]).toEqual([schema, []])
  expect(backUp(at('chat.db'), at('copy.db'), false, 0, watch)).toMatchObject({ schema, messages: before.messages })
  restore(at('copy.db'), at('restored.db'), false, 0, watch)

  const epochs: string[] = []
  for (const name of ['chat.db', 'restored.db']) {
    const store = await openSqliteStore({ file: at(name) })
    epochs.push(store.epoch)
    expect(await textsOf(store, 'general')).toEqual([
      'the first message',
      'sent once',
      'with a mistake mended',
      null,
      ...(schema > 10 ? ['hello all'] : []),
      ...(schema > 1 ? ['from the lab'] : [])
    ])
    expect(await textsOf(store, 'secret')).toEqual(['among us'])
    await store.search({ reader: 1, terms: [], limit: 1 }) // its index is made
    await store.close()
    const { schema: now, faults, remarks, messages } = check(at(name), false, watch)
    expect([name, now, faults, remarks, messages]).toEqual([name, schemaNewest, [], [], before.messages])
  }
  expect(epochs[1]).not.toBe(epochs[0])
  expect(epochs[1]).not.toBe(before.epoch)
})

async function textsOf(store: Awaited<ReturnType<typeof openSqliteStore>>, room: string): Promise<(string | null)[]> {
  const luis = await store.user('luis')
  const found = await store.room(room, luis?.id ?? 0)
  const { messages } = await store.history(found?.log ?? 0, { limit: 50, bytes: 100_000 })
  return messages.map(({ text }) => text)
}
