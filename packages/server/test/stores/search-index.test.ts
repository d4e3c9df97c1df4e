import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { openWriting } from '../../src/stores/sqlite/connection.ts'
import { openSqliteStore } from '../../src/stores/sqlite/sqlite-store.ts'
import type { Store } from '../../src/stores/store.ts'
import { termsOf } from '../../src/stores/words.ts'

let file: string
let index: string
let store: Store
let ana: number

const open = async (): Promise<Store> => {
  store = await openSqliteStore({ file, eraseWithinMs: 200 })
  return store
}
const reopen = async () => {
  await store.close()
  await open()
}

beforeEach(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tertulia-index-'))
  file = join(folder, 'chat.db')
  index = `${file}.search`
  await open()
  const [made] = await store.commit([
    { kind: 'register', name: 'ana', userKind: 'person', tokenDigest: new Uint8Array(32), atMs: 0 }
  ])
  ana = made.refused ? 0 : made.user.id
  onTestFinished(async () => {
    await store.close()
    rmSync(folder, { recursive: true, force: true })
  })
})

const send = async (...texts: string[]) => {
  const sending = texts.map((text) => ({ kind: 'send', actor: ana, room: 'general', text, atMs: 0 }) as const)
  return (await store.commit(sending)).map((sent) => (sent.refused ? 0 : sent.message.id))
}
const erase = (id: number) => store.commit([{ kind: 'delete', actor: ana, room: 'general', id, atMs: 0 }])
const search = (q: string) => store.search({ reader: ana, terms: termsOf(q), limit: 50 })
const found = async (q: string) => (await search(q)).messages.map(({ text }) => text)

/** Whether these letters stand in the index; another process looks. An index keeps words without what they begin with in common. */
const holds = (letters: string) => spawnSync('grep', ['-qaF', letters, index, `${index}-wal`]).status === 0

const when = (isSo: () => boolean | Promise<boolean>) => vi.waitFor(async () => expect(await isSo()).toBe(true), 20_000)

test('is a file beside the database, for its owner alone', async () => {
  await send('hola')
  expect(await found('hola')).toEqual(['hola'])
  expect(statSync(index).mode & 0o777).toBe(0o600)
})

test('is there soon, without that anybody searches, and what was erased leaves it within the time', async () => {
  const [id = 0] = await send('zebraqwertyuiop')
  await when(() => holds('qwertyuiop'))
  await erase(id)
  await when(() => !holds('qwertyuiop'))
})

test('an edit takes the old text out of it, and a stop at once too', async () => {
  const [id = 0] = await send('zebraqwertyuiop', 'zebrastays')
  expect(await found('zebra')).toHaveLength(2)
  await store.commit([{ kind: 'edit', actor: ana, room: 'general', id, text: 'zebrachanged', atMs: 0 }])
  await store.close()
  expect([holds('qwertyuiop'), holds('stays'), holds('changed')]).toEqual([false, true, expect.any(Boolean)])
  await open()
  expect(await found('zebra')).toEqual(['zebrachanged', 'zebrastays'])
})

test('a stop before it was opened leaves nothing in it either', async () => {
  const [id = 0] = await send('zebraqwertyuiop')
  await found('zebra')
  await reopen()
  await erase(id)
  await store.close()
  expect(holds('qwertyuiop')).toBe(false)
  await open()
})

test.each([
  ['is gone', () => rmSync(index)],
  ['is damaged', () => writeFileSync(index, Buffer.alloc(8_192, 7), { flag: 'r+' })],
  ['is no database', () => writeFileSync(index, 'a letter')],
  ['is empty', () => writeFileSync(index, '')],
  ['is of another life', () => execFileSync('cp', [`${file}.other`, index])]
])('is made again of the texts where it %s', async (_what, spoil) => {
  await send('one zebra', 'two zebras')
  expect(await found('zebra')).toHaveLength(2)
  await store.close()
  copyFileSync(index, `${file}.other`)
  const db = openWriting(file)
  if (spoil.toString().includes('other')) db.exec("UPDATE meta SET epoch = 'another0', openedAt = 0")
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  db.close()
  spoil()
  await open()
  await send('three zebras')
  expect(await found('zebra')).toEqual(['three zebras', 'two zebras', 'one zebra'])
  expect(await search('zebra')).toMatchObject({ complete: true })
})

test('where it has a text that was erased while nobody took it out, it is made again', async () => {
  const [id = 0] = await send('zebraqwertyuiop', 'zebrastays')
  await found('zebra')
  await store.close()
  copyFileSync(index, `${file}.before`)
  await open()
  await erase(id)
  await found('zebra')
  await store.close()
  copyFileSync(`${file}.before`, index) // as after a kill before it was told
  expect(holds('qwertyuiop')).toBe(true)
  await open()
  expect(await found('zebra')).toEqual(['zebrastays'])
  await when(() => !holds('qwertyuiop'))
  expect(await found('zebra')).toEqual(['zebrastays'])
})

test('where an older copy of the database was put back, what is in that is found again', async () => {
  const [id = 0] = await send('zebra that was deleted later', 'zebra')
  await found('zebra')
  await store.close()
  for (const name of [file, `${file}.lock`]) copyFileSync(name, `${name}.copy`)
  await open()
  await erase(id)
  expect(await found('zebra')).toEqual(['zebra'])
  await store.close()
  for (const name of [file, `${file}.lock`]) copyFileSync(`${name}.copy`, name)
  await open()
  await when(async () => (await found('zebra')).length === 2)
})

test('whoever may read many rooms finds what is in them behind any number of texts that they may not read', async () => {
  const [made] = await store.commit([
    { kind: 'register', name: 'luis', userKind: 'person', tokenDigest: new Uint8Array(32).fill(1), atMs: 0 }
  ])
  const luis = made.refused ? 0 : made.user.id
  const rooms = Array.from({ length: 60 }, (_, n) => `public${n}`)
  const room = (name: string, visibility: 'public' | 'private') =>
    ({ kind: 'create-room', actor: ana, name, title: '', visibility, atMs: 0 }) as const
  await store.commit([...rooms.map((name) => room(name, 'public')), room('secret', 'private')])
  const sending = (room: string, text: string) => ({ kind: 'send', actor: ana, room, text, atMs: 0 }) as const
  await store.commit(rooms.map((name) => sending(name, `zebra in ${name}`)))
  for (let n = 0; n < 10; n++) await store.commit(Array.from({ length: 500 }, () => sending('secret', 'zebra hush')))
  const terms = termsOf('zebra')
  const all = async () => (await store.search({ reader: luis, terms, limit: 100 })).messages
  await vi.waitFor(async () => expect(await all()).toHaveLength(rooms.length), { timeout: 30_000 }) // the index is behind the texts
  const seen: (string | null)[] = []
  for (let before: number | undefined, more = true; more; more = before !== undefined) {
    const page = await store.search({ reader: luis, terms, limit: 7, before })
    expect(page.messages).toHaveLength(Math.min(7, rooms.length - seen.length))
    seen.push(...page.messages.map(({ text }) => text))
    before = page.next
  }
  expect(seen).toEqual(rooms.map((name) => `zebra in ${name}`).toReversed())
})

test('whoever searches while the store closes is answered, or told that it cannot be', async () => {
  await send('zebra')
  const answers = Array.from({ length: 20 }, () =>
    search('zebra').then(
      () => 'found',
      ({ code }) => code
    )
  )
  await store.close()
  expect(await Promise.all([...answers, search('zebra').catch(({ code }) => code)])).toEqual(
    expect.arrayContaining(['storage-failed'])
  )
  await open()
})

test('while it is being made, what is new is found at once, and the answer says that older texts may be missing', async () => {
  for (let n = 0; n < 12; n++) await send(...Array.from({ length: 500 }, (_, m) => `old ${n * 500 + m}`))
  await found('old')
  await store.close()
  rmSync(index)
  await open()
  expect(await search('"old 5999"')).toMatchObject({ messages: [{ text: 'old 5999' }], complete: false }) // and so begins it
  await send('old but new')
  expect(await found('"old but new"')).toEqual(['old but new'])
  await when(async () => (await search('old')).complete)
  expect(await found('"old 0"')).toEqual(['old 0'])
})

test('is begun no more once the store closes', async () => {
  await store.close()
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  await open()
  expect(vi.getTimerCount()).toBe(1)
  const closed = store.close()
  expect(vi.getTimerCount()).toBe(0)
  await closed
  await open()
})
