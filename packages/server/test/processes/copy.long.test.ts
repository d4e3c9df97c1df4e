import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { DatabaseSync } from '../../src/stores/sqlite/driver.ts'
import { DatabaseFiles } from '../support/database-files.ts'
import { noPostgres, PostgresEngine } from '../support/postgres-engine.ts'
import { length } from '../support/test-length.ts'
import { ask, register } from './support/ask.ts'
import { Line, type Passage } from './support/line.ts'
import { runCommand, serverProgram } from './support/run-command.ts'
import { ServerProcess } from './support/server-process.ts'

const messages = length({ short: 5_000, long: 1_000_000 })
const limits = { timeout: length({ short: 180_000, long: 1_800_000 }) }

/** So much is said to PostgreSQL before the last rows of the chat below. */
const middleBytes = 200_000

describe.skipIf(noPostgres)(noPostgres ?? 'the copy of a chat to PostgreSQL', () => {
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
  /** A database by the line that decides what becomes of all that is said. */
  const over = async (url: string, decide: (said: Buffer, bytes: number) => Passage) => {
    const line = await Line.open(engine.port, decide)
    onTestFinished(() => line.close())
    return url.replace(`:${engine.port}/`, `:${line.port}/`)
  }
  const schemas = (url: string) => engine.sql(url, "SELECT count(*) FROM pg_namespace WHERE nspname = 'tertulia'")
  const written = (url: string) => engine.sql(url, 'SELECT count(*) FROM tertulia.message')

  test('of a long chat continues where readers are', limits, async () => {
    const { db, token } = await longChat(messages)
    const url = await engine.createDatabase()
    const copied = await runCommand(['copy', '--from', db, '--to', url, '--json'])
    expect(copied).toMatchObject({ code: 0, err: '' })
    const { epoch, ...report } = JSON.parse(copied.out)
    expect(report).toMatchObject({ messages, users: 1, rooms: 1 })
    const server = await startOn(url)
    const head = messages + 2
    const read = async (path: string) => (await ask('GET', `${server.url}${path}`, { token })).body
    const { events } = await read(`/v1/rooms/general/events?after=${epoch}.${head - 3}`)
    expect(events.map(({ seq }: { seq: number }) => seq)).toEqual([head - 2, head - 1, head])
    const middle = Math.floor(messages / 2)
    expect((await read(`/v1/search?q=${textOf(middle).split(' ').at(-1)}`)).messages).toMatchObject([{ text: textOf(middle) }])
    expect(await read(`/v1/rooms/general/messages/${middle + 2}`)).toMatchObject({ text: textOf(middle) })
    const next = await ask('POST', `${server.url}/v1/rooms/general/messages`, { token, json: { text: 'and on' } })
    expect(next).toMatchObject({ status: 201, body: { id: head + 1 } })
  })

  test('that is killed leaves nothing, keeps others out until then, and succeeds the second time', limits, async () => {
    const { db } = await longChat(5_000)
    const url = await engine.createDatabase()
    let tell = () => {}
    const standing = new Promise<void>((resolve) => {
      tell = resolve
    })
    const slow = await over(url, (_, bytes) => {
      if (bytes < middleBytes) return 'passes'
      tell()
      return 'stands still'
    })
    const child = spawn(process.execPath, [serverProgram, 'copy', '--from', db, '--to', slow], { stdio: 'ignore' })
    onTestFinished(() => void child.kill('SIGKILL'))
    await standing
    const { db: another } = await longChat(1)
    const second = await runCommand(['copy', '--from', another, '--to', url])
    expect(second).toMatchObject({ code: 1, err: expect.stringContaining('Another copy into this database is under way') })
    const same = await runCommand(['copy', '--from', db, '--to', url])
    expect(same).toMatchObject({ code: 78, err: expect.stringContaining('Stop it first') })
    const refused = await ServerProcess.refused(url)
    expect(refused).toMatchObject({ code: 78, said: expect.stringContaining('A chat is being copied into this database') })
    child.kill('SIGKILL')
    await once(child, 'exit')
    await expect
      .poll(() => engine.sql(url, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"), { timeout: 60_000 })
      .toBe('0')
    expect(await schemas(url)).toBe('0')
    expect((await runCommand(['copy', '--from', db, '--to', url])).code).toBe(0)
    expect(await written(url)).toBe('5000')
  })

  test('that loses its connection has copied nothing, and says so', limits, async () => {
    const { db } = await longChat(5_000)
    const url = await engine.createDatabase()
    const lost = await over(url, (_, bytes) => (bytes < middleBytes ? 'passes' : 'is cut'))
    const ran = await runCommand(['copy', '--from', db, '--to', lost])
    expect(ran).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringMatching(/was lost \(.*\)\. Nothing was copied\. [^\n]+\n$/)
    })
    expect(await schemas(url)).toBe('0')
  })

  test('finds out what became of it when the connection is lost while it is committed', limits, async () => {
    const { db } = await longChat(10)
    const atCommit = (what: Passage) => (said: Buffer) => (said.includes('COMMIT\0') ? what : 'passes')
    const before = await engine.createDatabase()
    const undone = await runCommand(['copy', '--from', db, '--to', await over(before, atCommit('is cut'))])
    expect(undone).toMatchObject({ code: 1, err: expect.stringContaining('Nothing was copied') })
    expect(await schemas(before)).toBe('0')
    const after = await engine.createDatabase()
    const done = await runCommand(['copy', '--from', db, '--to', await over(after, atCommit('is cut when it answers'))])
    expect(done).toMatchObject({ code: 0, err: expect.stringContaining('10 messages in 1 room of 1 user are there') })
    expect(await written(after)).toBe('10')
  })

  test('that reads something else than it wrote has copied nothing', limits, async () => {
    const { db } = await longChat(10)
    const url = await engine.createDatabase()
    await engine.sql(
      url,
      `CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.head := NEW.head + 1; RETURN NEW; END $$;
       CREATE FUNCTION begin_to_spoil() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
         IF EXISTS (SELECT 1 FROM pg_event_trigger_ddl_commands() WHERE object_identity = 'tertulia.log') THEN
           CREATE TRIGGER spoil BEFORE INSERT ON tertulia.log FOR EACH ROW EXECUTE FUNCTION public.spoil();
         END IF;
       END $$;
       CREATE EVENT TRIGGER spoiling ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION begin_to_spoil()`
    )
    const ran = await runCommand(['copy', '--from', db, '--to', url])
    expect(ran).toMatchObject({ code: 1, out: '', err: expect.stringContaining('has other rows of log') })
    expect(await schemas(url)).toBe('0')
  })
})

const textOf = (n: number) => `message number ${n} says something about topic${n % 50} and other${n}things`

/** A chat in which ana has said so much; its server is stopped. */
async function longChat(count: number): Promise<{ db: string; token: string }> {
  const files = new DatabaseFiles()
  const db = join(files.path, 'long.db')
  const server = await ServerProcess.start(db)
  const token = await register(server.url, 'ana')
  await ask('PUT', `${server.url}/v1/rooms/general/members/ana`, { token, json: {} })
  expect(await server.end()).toBe(0)
  const sql = new DatabaseSync(db)
  sql.exec(`BEGIN;
    WITH RECURSIVE i(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM i LIMIT ${count})
      INSERT INTO text (n, body) SELECT i, ${sqlTextOf} FROM i;
    INSERT INTO message (log, id, author, textN, rev, createdAt)
      SELECT 1, n + 2, (SELECT id FROM user WHERE name = 'ana'), n, n + 2, n FROM text;
    UPDATE log SET head = ${count} + 2 WHERE id = 1;
    COMMIT; PRAGMA wal_checkpoint(TRUNCATE)`)
  sql.close()
  return { db, token }
}

const sqlTextOf = "'message number ' || i || ' says something about topic' || (i % 50) || ' and other' || i || 'things'"
