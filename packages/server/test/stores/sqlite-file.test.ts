import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  linkSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { Batch } from '../../src/stores/sqlite/batch.ts'
import { openReading, openWriting } from '../../src/stores/sqlite/connection.ts'
import { DatabaseSync } from '../../src/stores/sqlite/driver.ts'
import { createTables } from '../../src/stores/sqlite/migrations/001-first.ts'
import { createLab } from '../../src/stores/sqlite/migrations/002-lab.ts'
import { openDatabase } from '../../src/stores/sqlite/open-database.ts'
import { openSqliteStore } from '../../src/stores/sqlite/sqlite-store.ts'
import { StoreReadError } from '../../src/stores/store.ts'

const atMs = Date.UTC(2026, 10, 23, 10)
const built = fileURLToPath(new URL('../../dist/stores/sqlite/sqlite-store.js', import.meta.url))

describe('the SQLite file', () => {
  let folder: string
  let file: string
  let store: Awaited<ReturnType<typeof openSqliteStore>> | undefined

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tertulia-sqlite-'))
    file = join(folder, 'chat.db')
  })
  afterEach(async () => {
    await store?.close()
    store = undefined
    rmSync(folder, { recursive: true, force: true })
  })

  const open = async (options = {}) => {
    store = await openSqliteStore({ file, ...options })
    await store.commit([{ kind: 'register', name: 'ana', userKind: 'person', tokenDigest: new Uint8Array(32), atMs }])
    return store
  }
  const send = (text: string) => store?.commit([{ kind: 'send', actor: 1, room: 'general', text, atMs }])
  /** Bytes are searched by another process: closing the files in this one would drop SQLite's locks. */
  const found = (word: string) =>
    spawnSync('grep', ['-c', '-a', '-F', word, file, `${file}-wal`], { encoding: 'utf8' }).stdout.match(/:[1-9]/) !== null

  test('is written with FULL and secure_delete on every open', () => {
    for (let n = 0; n < 2; n++) {
      const db = openWriting(file)
      const ask = (pragma: string) => Object.values(db.prepare(`PRAGMA ${pragma}`).get() as object)[0]
      expect([ask('journal_mode'), ask('synchronous'), ask('secure_delete'), ask('temp_store')]).toEqual(['wal', 2, 1, 2])
      db.close()
    }
  })

  test('belongs to one server, under whatever name', async () => {
    await open()
    await expect(openSqliteStore({ file })).rejects.toThrow(/Another chat-server is running with/)
    symlinkSync(file, join(folder, 'other.db'))
    await expect(openSqliteStore({ file: join(folder, 'other.db') })).rejects.toThrow(/Another chat-server/)
    linkSync(file, join(folder, 'hard.db'))
    await expect(openSqliteStore({ file: join(folder, 'hard.db') })).rejects.toThrow(/2 names of the same file/)
  })

  test('is found where a link leads, also before it is there', async () => {
    symlinkSync('real.db', file)
    await open()
    await expect(openSqliteStore({ file: join(folder, 'real.db') })).rejects.toThrow(/Another chat-server/)
    symlinkSync('circle.db', join(folder, 'circle.db'))
    await expect(openSqliteStore({ file: join(folder, 'circle.db') })).rejects.toThrow(/lead in a circle/)
  })

  test('with a newer schema is refused', async () => {
    await open()
    await store?.close()
    store = undefined
    const db = openWriting(file)
    db.exec('PRAGMA user_version = 999; PRAGMA wal_checkpoint(TRUNCATE)')
    db.close()
    await expect(openSqliteStore({ file })).rejects.toThrow(/schema 999.*at least as new/)
  })

  test('of an older schema is brought up to date, its members too', async () => {
    const db = new DatabaseSync(file)
    createTables(db, atMs, new Uint8Array(32))
    createLab(db)
    db.exec("INSERT INTO user VALUES (1, 'Ana', 'ana', 'person', 0), (2, 'luis', 'luis', 'person', 0)")
    db.exec("INSERT INTO member VALUES (1, 2, 'member'), (1, 1, 'owner')")
    db.exec('UPDATE log SET head = 7')
    db.exec('PRAGMA user_version = 2')
    db.close()
    store = await openSqliteStore({ file })
    expect((await store.members(1, { limit: 9 })).items.map(({ name, role }) => `${name} ${role}`)).toEqual([
      'Ana owner',
      'luis member'
    ])
    expect((await store.rooms(2, { limit: 9, own: true })).items).toMatchObject([
      { name: 'general', role: 'member', readUpTo: 7 } // what was there has been read: nobody knows better
    ])
  })

  test('that is no database is refused and left as it is', async () => {
    writeFileSync(file, 'a letter, not a database'.repeat(100))
    await expect(openSqliteStore({ file })).rejects.toThrow(/chat\.db is not a database\. Give another/)
    expect(execFileSync('head', ['-c', '8', file], { encoding: 'utf8' })).toBe('a letter')
    expect(readdirSync(folder)).toEqual(['chat.db'])
  })

  test.each([
    ['marked as such', 'PRAGMA application_id = 7; PRAGMA user_version = 2'],
    ['without a mark', 'CREATE TABLE bookmark (url TEXT)'],
    ['that numbers its schema as we do', 'CREATE TABLE bookmark (url TEXT); PRAGMA user_version = 2']
  ])('of another program, %s, is refused by its name and left as it is', async (_, sql) => {
    const other = new DatabaseSync(file)
    other.exec(sql)
    other.close()
    const before = readFileSync(file)
    await expect(openSqliteStore({ file })).rejects.toThrow(`${realpathSync(file)} is the database of another program.`)
    expect(readFileSync(file).equals(before)).toBe(true)
    expect(readdirSync(folder)).toEqual(['chat.db'])
  })

  test('is for its owner alone, like the files beside it, whatever the umask and whoever made them', async () => {
    const endings = ['', '-wal', '-shm', '.lock']
    const modes = () => endings.map((ending) => statSync(file + ending).mode & 0o777)
    const umask = process.umask(0)
    try {
      await open()
    } finally {
      process.umask(umask)
    }
    expect(modes()).toEqual(endings.map(() => 0o600))
    for (const ending of endings) chmodSync(file + ending, 0o644)
    await store?.close()
    await open()
    expect(modes()).toEqual(endings.map(() => 0o600))
  })

  test.each(['', '/'])('is not a folder%s', async (slash) => {
    await expect(openSqliteStore({ file: folder + slash })).rejects.toThrow(
      /is a folder\. Name the file in it too: --db .*chat\.db/
    )
    expect(readdirSync(folder)).toEqual([])
  })

  test('in a folder that cannot be made is refused', async () => {
    await expect(openSqliteStore({ file: '/proc/nowhere/deep/chat.db' })).rejects.toThrow(/The folder of .* cannot be made/)
  })

  test('that was replaced is noticed without a write too, and can still be read', async () => {
    await open()
    copyFileSync(file, `${file}.new`)
    renameSync(`${file}.new`, file)
    await vi.waitFor(() => expect(store?.writesOff).toMatch(/chat\.db was removed or replaced/), 20_000)
    await expect(send('lost')).rejects.toMatchObject({ code: 'storage-failed' })
    expect(await store?.user('ana')).toMatchObject({ name: 'ana' })
  })

  test.each(['', '-wal', '.lock'])('is not written any more from the moment that chat.db%s is gone', async (suffix) => {
    await open()
    rmSync(file + suffix)
    await expect(send('lost')).rejects.toMatchObject({ code: 'storage-failed' })
    expect(store?.writesOff).toContain(`chat.db${suffix} was removed or replaced while the server ran`)
  })

  test('whose lock is gone is written by the second server alone', async () => {
    await open()
    await send('from the first')
    rmSync(`${file}.lock`)
    const second = await openSqliteStore({ file })
    onTestFinished(() => second.close())
    await expect(send('lost')).rejects.toMatchObject({ code: 'storage-failed' })
    await second.commit([{ kind: 'send', actor: 1, room: 'general', text: 'from the second', atMs }])
    const { messages } = await second.history(1, { limit: 9, bytes: 100_000 })
    expect(messages.map(({ text }) => text)).toEqual(['from the first', 'from the second'])
  })

  test('lets go of erased texts within the promised time', async () => {
    await open({ eraseWithinMs: 200 })
    await send('keptword')
    await send('erasedword'.repeat(2000))
    await send('editedword')
    expect(found('erasedword')).toBe(true)
    const { messages } = (await store?.history(1, { limit: 3, bytes: 100_000 })) ?? { messages: [] }
    await store?.commit([
      { kind: 'delete', actor: 1, room: 'general', id: messages[1]?.id ?? 0, atMs },
      { kind: 'edit', actor: 1, room: 'general', id: messages[2]?.id ?? 0, text: 'other', atMs }
    ])
    await vi.waitFor(() => expect([found('keptword'), found('erasedword'), found('editedword')]).toEqual([true, false, false]), {
      timeout: 30_000,
      interval: 200
    })
  })

  test('says for how long a reader has kept erased texts from leaving', async () => {
    const opened = await open({ eraseWithinMs: 100 })
    await send('hi')
    const reader = openReading(file)
    const statement = reader.prepare('SELECT * FROM event')
    onTestFinished(() => void statement) // the addon ends what reads a statement that nobody holds
    const pages = statement.iterate()
    pages.next()
    expect(opened.erasureOverdueMs).toBe(0)
    await store?.commit([{ kind: 'delete', actor: 1, room: 'general', id: 3, atMs }])
    await vi.waitFor(() => expect(opened.erasureOverdueMs).toBeGreaterThan(200), { timeout: 30_000 })
    pages.return?.()
    reader.close()
    await vi.waitFor(() => expect(opened.erasureOverdueMs).toBe(0), { timeout: 30_000 })
  })

  test('tells of each commit how much it carried out', async () => {
    const opened = await open()
    const heard: [commands: number, ms: number][] = []
    opened.onCommit((commands, ms) => heard.push([commands, ms]))
    await Promise.all(Array.from({ length: 10 }, () => send('hi')))
    expect(heard.reduce((sum, [commands]) => sum + commands, 0)).toBe(10)
    expect(heard.every(([, ms]) => ms > 0)).toBe(true)
  })

  test('commits together what comes together; of many the first while the others still come', async () => {
    const opened = await open()
    const heard: number[] = []
    opened.onCommit((commands) => heard.push(commands))
    await Promise.all(Array.from({ length: 10 }, () => send('hi')))
    await Promise.all(Array.from({ length: 40 }, () => send('hi')))
    expect(heard).toEqual([10, 16, 24])
  })

  test('a full disk refuses what does not fit, keeps the rest, and works again when there is room', () => {
    const { wal } = openDatabase(file, atMs)
    const { db } = wal.sql
    const batch = new Batch(wal, 'epoch000', file)
    batch.run([[{ kind: 'register', name: 'ana', userKind: 'person', tokenDigest: new Uint8Array(32), atMs }]])
    const { page_count } = db.prepare('PRAGMA page_count').get() as { page_count: number }
    db.exec(`PRAGMA max_page_count = ${page_count + 1}`)
    const text = (length: number) => [{ kind: 'send', actor: 1, room: 'general', text: 'x'.repeat(length), atMs } as const]
    const outcomes = batch.run([text(10), text(40_000), text(10)])
    expect(outcomes).toMatchObject([{ answers: [{}] }, { failure: { code: 'storage-full' } }, { answers: [{}] }])
    db.exec('PRAGMA max_page_count = 1000000')
    expect(batch.run([text(40_000)])).toMatchObject([{ answers: [{ message: { id: 5 } }] }])
    wal.close()
  })

  test('whoever could not be registered is not remembered', () => {
    const { wal } = openDatabase(file, atMs)
    const { db } = wal.sql
    const batch = new Batch(wal, 'epoch000', file)
    const register = (name: string) =>
      ({ kind: 'register', name, userKind: 'person', tokenDigest: Buffer.from(name), atMs }) as const
    batch.run([[register('ana')]])
    const { page_count } = db.prepare('PRAGMA page_count').get() as { page_count: number }
    db.exec(`PRAGMA max_page_count = ${page_count + 1}`)
    const tooMuch = { kind: 'send', actor: 2, room: 'general', text: 'x'.repeat(40_000), atMs } as const
    expect(batch.run([[register('luis'), tooMuch]])).toMatchObject([{ failure: { code: 'storage-full' } }])
    db.exec('PRAGMA max_page_count = 1000000')
    const outcomes = batch.run([[register('marta'), { kind: 'send', actor: 2, room: 'general', text: 'hi', atMs }]])
    expect(outcomes).toMatchObject([{ answers: [{ user: { id: 2 } }, { message: { author: { name: 'marta' } } }] }])
    wal.close()
  })

  test('after an I/O error nothing is written until a restart, and reads go on', async () => {
    await (await open()).close()
    store = undefined
    const script = `
      const { openSqliteStore } = await import(${JSON.stringify(built)})
      const store = await openSqliteStore({ file: ${JSON.stringify(file)} })
      const send = (text) => store.commit([{ kind: 'send', actor: 1, room: 'general', text, atMs: 0 }]).then(() => 'ok', (e) => e.code)
      const answers = []
      for (let n = 0; n < 400 && answers.at(-1) !== 'storage-failed'; n++) answers.push(await send('x'.repeat(3000)))
      console.log(JSON.stringify({ wrote: answers.length > 1, last: [answers.at(-1), await send('small')], off: store.writesOff !== undefined,
        read: (await store.user('ana')).name }))
      process.exit(0)`
    // a limit on the size of files makes the WAL's next write fail with EFBIG, which SQLite reports as an I/O error
    const { stdout } = spawnSync(
      'bash',
      ['-c', 'ulimit -f 400; exec "$0" --input-type=module -e "$1"', process.execPath, script],
      {
        encoding: 'utf8'
      }
    )
    expect(JSON.parse(stdout)).toEqual({ wrote: true, last: ['storage-failed', 'storage-failed'], off: true, read: 'ana' })
  })

  test('that is damaged is told of by who reads it, and is not written to any more', async () => {
    await open()
    await send('hi')
    await store?.close()
    const db = openReading(file)
    const { rootpage } = db.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'message'").get() as { rootpage: number }
    const { page_size } = db.prepare('PRAGMA page_size').get() as { page_size: number }
    db.close()
    const bytes = readFileSync(file)
    writeFileSync(file, bytes.fill(0xff, (rootpage - 1) * page_size, rootpage * page_size))
    store = await openSqliteStore({ file })
    expect(await store.user('ana')).toMatchObject({ name: 'ana' })
    expect(store.writesOff).toBeUndefined()
    await expect(store.history(1, { limit: 3, bytes: 100_000 })).rejects.toThrow(StoreReadError)
    expect(store.writesOff).toMatch(/cannot be read/)
    await expect(send('lost')).rejects.toMatchObject({ code: 'storage-failed' })
  })

  test('its connections survive a garbage collection', () => {
    const script = `
      const { openSqliteStore } = await import(${JSON.stringify(built)})
      const store = await openSqliteStore({ file: ${JSON.stringify(file)} })
      await store.commit([{ kind: 'register', name: 'ana', userKind: 'person', tokenDigest: new Uint8Array(32), atMs: 0 }])
      for (let n = 0; n < 20; n++) {
        gc()
        await store.commit([{ kind: 'send', actor: 1, room: 'general', text: 'hi', atMs: 0 }])
        await store.rooms(1, { limit: 9 })
      }
      await store.close()
      console.log('whole')`
    const { stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', '--input-type=module', '-e', script], {
      encoding: 'utf8'
    })
    expect(`${stdout}${stderr.replace(/.*ExperimentalWarning.*\n.*\n/, '')}`).toBe('whole\n')
  })
})
