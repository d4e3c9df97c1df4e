import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { DatabaseSync } from '../../src/stores/sqlite/driver.ts'
import { noPostgres, PostgresEngine } from '../support/postgres-engine.ts'
import { ask } from './support/ask.ts'
import { DatabaseFolder } from './support/database-folder.ts'
import { runCommand } from './support/run-command.ts'
import { ServerProcess } from './support/server-process.ts'
import { WholeChat } from './support/whole-chat.ts'

const limits = { timeout: 180_000 }

describe.skipIf(noPostgres)(noPostgres ?? 'a chat that is copied from its file to PostgreSQL', () => {
  let engine: PostgresEngine
  beforeAll(async () => {
    engine = await PostgresEngine.start()
  })
  afterAll(() => engine.remove())

  const startOn = async (url: string) => {
    const server = await ServerProcess.start(url)
    onTestFinished(async () => void (await server.end('SIGKILL')))
    return server
  }
  /** A chat of ana, whose server is stopped, with as many texts. */
  const stopped = async (texts = 3) => {
    const folder = await DatabaseFolder.make()
    await folder.send(texts)
    await folder.stop()
    return folder
  }
  const change = (file: string, sql: string) => {
    const db = new DatabaseSync(file)
    db.exec(`${sql}; PRAGMA wal_checkpoint(TRUNCATE)`)
    db.close()
  }
  const schemas = (url: string) => engine.sql(url, "SELECT count(*) FROM pg_namespace WHERE nspname = 'tertulia'")

  test('answers as before, and whoever was under way goes on as if nothing had happened', limits, async () => {
    const folder = await DatabaseFolder.make()
    await folder.stop()
    const file = join(folder.path, 'whole.db')
    const before = await ServerProcess.start(file)
    onTestFinished(async () => void (await before.end('SIGKILL')))
    const chat = await WholeChat.make(before.url)
    const once = { 'idempotency-key': '"key-1"' }
    const sent = (await chat.ask('POST', '/v1/rooms/general/messages', 'luis', { text: 'sent once' }, once)).body
    const { cursor } = (await chat.ask('GET', '/v1/rooms/general/events?after=now')).body
    const found = await chat.ask('GET', chat.nextFound)
    const seen = await chat.answers()
    await before.end('SIGKILL') // a part is in the WAL
    const { [`${file}-shm`]: _, ...files } = folder.bytes() // that is memory which processes share

    const url = await engine.createDatabase()
    const copied = await runCommand(['copy', '--from', file, '--to', url, '--json'])
    expect(copied).toMatchObject({ code: 0, err: '' })
    expect(JSON.parse(copied.out)).toMatchObject({
      did: 'copy',
      from: file,
      to: url,
      rooms: 3,
      users: 6,
      isNewLife: false,
      altered: 0
    })
    expect(folder.bytes()).toMatchObject(files)

    const after = await startOn(url)
    chat.moveTo(after.url)
    expect(await chat.answers()).toEqual(seen)
    expect((await chat.ask('GET', chat.nextFound)).body).toEqual(found.body)
    for (const [who, path, etag] of WholeChat.etagsOf(seen)) {
      expect([who, path, (await chat.ask('GET', path, who, undefined, { 'if-none-match': etag })).status]).toEqual([
        who,
        path,
        304
      ])
    }
    const again = await chat.ask('POST', '/v1/rooms/general/messages', 'luis', { text: 'sent once' }, once)
    expect(again).toMatchObject({ status: 201, headers: { 'idempotency-replayed': 'true' }, body: sent })
    const reused = await chat.ask('POST', '/v1/rooms/general/messages', 'luis', { text: 'something else' }, once)
    expect(reused.body.code).toBe('key-reused')

    // Each number goes on after the last one.
    const next = await chat.ask('POST', '/v1/rooms/general/messages', 'ana', { text: 'new words' })
    const { events } = (await chat.ask('GET', `/v1/rooms/general/events?after=${cursor}`)).body
    expect(events).toMatchObject([{ type: 'message.created', seq: next.body.id, message: { text: 'new words' } }])
    expect(next.body.id).toBe(Number(cursor.split('.')[1]) + 1)
    expect((await chat.ask('GET', '/v1/search?q=words&limit=1')).body.messages[0].text).toBe('new words')
    expect((await chat.ask('POST', '/v1/rooms', 'ana', { name: 'new' })).status).toBe(201)
    const login = { name: 'ana', password: 'ana has a password' }
    expect((await chat.ask('POST', '/v1/sessions', '', login)).status).toBe(201)
    expect((await chat.ask('POST', '/v1/sessions', '', { code: chat.link })).body.user.name).toBe('luis')
    const invited = await chat.ask('POST', '/v1/users', '', { name: 'marta', invite: chat.invite })
    expect(invited.status).toBe(201)
    expect((await ask('GET', `${after.url}/v1/rooms/Ops/messages`, { token: invited.body.token })).status).toBe(200)
    expect((await chat.ask('POST', '/v1/users', '', { name: 'gone' })).body.code).toBe('name-taken')
    expect((await chat.ask('POST', '/v1/tokens', 'ana', { name: 'another', scope: 'read', rooms: null })).status).toBe(201)
    expect((await chat.ask('POST', '/v1/invites', 'ana', { room: 'Ops' })).status).toBe(201)
  })

  test('says what to do then, keeps the password out of it, and is refused in a place that has one', limits, async () => {
    const folder = await stopped()
    const url = await engine.createDatabase()
    const secret = url.replace('chat@', 'chat:secret@')
    const copied = await runCommand(['copy', '--from', folder.db, '--to', secret])
    expect(copied).toMatchObject({ code: 0, out: `${url}\n` })
    expect(copied.err).toMatch(
      /^3 messages in 1 room of 1 user are there, compared row by row\. Readers go on where they are\.\n/
    )
    expect(copied.err).toContain(`chat-server start --store ${url}\n`)
    expect(copied.err).not.toContain('secret')

    const again = await runCommand(['copy', '--from', folder.db, '--to', url])
    expect(again).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining('This chat is in this database already: it was copied before, and has')
    })
    const other = await runCommand(['copy', '--from', (await stopped()).db, '--to', url])
    expect(other).toMatchObject({ code: 1, err: expect.stringContaining('There is a chat in this database already: 3 messages') })
    const unused = await engine.createDatabase()
    await (await startOn(unused)).end()
    const begun = await runCommand(['copy', '--from', folder.db, '--to', unused])
    expect(begun).toMatchObject({ code: 1, err: expect.stringContaining('DROP SCHEMA tertulia CASCADE') })
    for (const { err } of [again, other, begun]) expect(err).toMatch(/^chat-server: [^\n]+\n$/)
  })

  test('is refused while a server has the file, or where one of the two cannot be used, in one line', limits, async () => {
    const folder = await DatabaseFolder.make()
    const url = await engine.createDatabase()
    const served = await runCommand(['copy', '--from', folder.db, '--to', url])
    expect(served).toMatchObject({
      code: 78,
      out: '',
      err: expect.stringMatching(/A chat-server is running with .*Stop it first/)
    })
    await folder.stop()
    const before = folder.bytes()
    const cases: [words: string[], code: number, said: RegExp][] = [
      [['--from', join(folder.path, 'none.db'), '--to', url], 78, /There is no database at .*none\.db/],
      [['--from', folder.db, '--to', url.replace(/\w+$/, 'nowhere')], 78, /Make it with createdb/],
      [['--from', folder.db], 2, /The database to copy to is missing/],
      [['--from', url, '--to', url], 2, /--from must be a database file/],
      [['--from', folder.db, '--to', 'chat.db'], 2, /--to must be a URL/],
      [[folder.db, '--to', url], 2, /Unexpected argument after copy/],
      [['--db', folder.db, '--to', url], 2, /--db is not for copy/]
    ]
    for (const [words, code, said] of cases) {
      const ran = await runCommand(['copy', ...words])
      expect([words, ran.code, ran.out, ran.err]).toEqual([words, code, '', expect.stringMatching(said)])
      expect(ran.err).toMatch(/^chat-server: [^\n]+\n$/)
    }
    expect(folder.bytes()).toEqual(before)
    expect(await schemas(url)).toBe('0')
  })

  test('is refused when the file is not in order, or of an older schema', limits, async () => {
    const folder = await stopped()
    const url = await engine.createDatabase()
    folder.copy('older.db')
    change(join(folder.path, 'older.db'), 'PRAGMA user_version = 12')
    folder.copy('gap.db')
    change(join(folder.path, 'gap.db'), "DELETE FROM event WHERE type = 'member.joined' AND log = 1")
    const older = await runCommand(['copy', '--from', join(folder.path, 'older.db'), '--to', url])
    expect(older).toMatchObject({ code: 78, err: expect.stringContaining('has schema 12') })
    const gap = await runCommand(['copy', '--from', join(folder.path, 'gap.db'), '--to', url])
    expect(gap).toMatchObject({ code: 1, err: expect.stringMatching(/gap\.db is not in order \(numbers: .*gap/) })
    expect(await schemas(url)).toBe('0')
  })

  test('begins anew for its readers when it is a backup, and leaves nothing beside that', limits, async () => {
    const folder = await stopped()
    const backup = join(folder.path, 'backup.db')
    await runCommand(['backup', backup, '--db', folder.db])
    const before = folder.bytes()
    const url = await engine.createDatabase()
    const copied = await runCommand(['copy', '--from', backup, '--to', url])
    expect(copied).toMatchObject({ code: 0, err: expect.stringContaining('Readers begin anew') })
    expect(folder.bytes()).toEqual(before)
    expect(await engine.sql(url, 'SELECT epoch FROM tertulia.meta')).toMatch(/^[0-9a-z]{10}$/)
    const server = await startOn(url)
    expect((await ask('GET', `${server.url}/v1/users/me`, { token: folder.token })).body.name).toBe('ana')
  })

  test(
    'shows of a text that no server lets in what the file shows, with a sign for what PostgreSQL does not take',
    limits,
    async () => {
      const folder = await stopped(1)
      change(folder.db, "UPDATE text SET body = 'before' || char(0) || 'after' || CAST(x'eda080' AS TEXT) || '.'")
      const shown = async (server: ServerProcess): Promise<string> =>
        (await ask('GET', `${server.url}/v1/rooms/general/messages`, { token: folder.token })).body.messages[0].text
      await folder.start()
      const before = await shown(folder.server as ServerProcess) // one driver ends it where it has U+0000, the other does not
      await folder.stop()
      const url = await engine.createDatabase()
      const copied = await runCommand(['copy', '--from', folder.db, '--to', url])
      expect(copied.code).toBe(0)
      expect(copied.err.includes('had a character that PostgreSQL does not take')).toBe(before.includes('\0'))
      expect(await shown(await startOn(url))).toBe(before.replace('\0', '\ufffd'))
    }
  )

  test('is planned for: PostgreSQL knows how much is there', limits, async () => {
    const folder = await stopped(200)
    const url = await engine.createDatabase()
    expect((await runCommand(['copy', '--from', folder.db, '--to', url])).code).toBe(0)
    expect(await engine.sql(url, "SELECT reltuples FROM pg_class WHERE relname = 'message'")).toBe('200')
    const indexes =
      "SELECT count(*), count(*) FILTER (WHERE NOT indisvalid) FROM pg_index i JOIN pg_class c ON c.oid = indrelid WHERE relnamespace = 'tertulia'::regnamespace"
    const fresh = await engine.createDatabase()
    await (await startOn(fresh)).end()
    expect(await engine.sql(url, indexes)).toBe(await engine.sql(fresh, indexes))
  })
})
