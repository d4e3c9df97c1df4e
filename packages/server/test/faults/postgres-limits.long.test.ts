import type { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { loadDriver } from '../../src/stores/postgres/connection.ts'
import { ask, register } from '../processes/support/ask.ts'
import { ServerProcess } from '../processes/support/server-process.ts'
import { noPostgres, owner, PostgresEngine } from '../support/postgres-engine.ts'
import { isLong, length } from '../support/test-length.ts'
import { noOwnDiskOfOthers, OwnDisk } from './support/own-disk.ts'

const limits = { timeout: 5 * 60_000 }

const startOn = async (url: string) => {
  const server = await ServerProcess.start(url)
  onTestFinished(async () => void (await server.end('SIGKILL')))
  return server
}

describe.skipIf(noPostgres)(noPostgres ?? 'PostgreSQL at its limits', limits, () => {
  const connectionsMax = 24
  let engine: PostgresEngine
  beforeAll(async () => {
    engine = await PostgresEngine.start([`max_connections=${connectionsMax}`])
  })
  afterAll(() => engine.remove())

  const counted = async (url: string): Promise<number> => {
    const theirs = `SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'chat-server%' AND datname = '${nameOf(url)}'`
    return Number(await engine.sql(adminOf(engine), theirs))
  }

  test('a server opens six connections and two for the bus, however much is asked of it', async () => {
    const url = await engine.createDatabase()
    const server = await startOn(url)
    const token = await register(server.url, 'ana')
    let most = 0
    let isOver = false
    const asking = Array.from({ length: 40 }, async (_all, n) => {
      const room = `${server.url}/v1/rooms/general`
      for (let times = 0; !isOver; times++) {
        const json = { text: `${n} ${times}` }
        const asked = n % 2 === 0 ? ask('POST', `${room}/messages`, { token, json }) : ask('GET', `${room}/members`, { token })
        await asked.catch(() => undefined)
      }
    })
    for (let times = 0; most < 8 || times < length({ short: 5, long: 40 }); times++) most = Math.max(most, await counted(url))
    isOver = true
    await Promise.all(asking)
    expect(most).toBe(8)
  })

  test('with no connection left for it, requests are refused with 503, and it works again once there is one', async () => {
    const url = await engine.createDatabase()
    const server = await startOn(url)
    const token = await register(server.url, 'ana')
    const send = () => ask('POST', `${server.url}/v1/rooms/general/messages`, { token, json: { text: 'hi' } })
    await expect.poll(async () => (await send()).status).toBe(201)
    const { Client } = await loadDriver()
    const taken: Client[] = []
    const release = async () => void (await Promise.all(taken.splice(0).map((client) => client.end().catch(() => {}))))
    onTestFinished(release)
    const admin = new Client({ connectionString: url.replace(/\w+$/, 'postgres') })
    admin.on('error', () => {})
    await admin.connect()
    onTestFinished(() => admin.end())
    const end = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'chat-server%'`
    /** Until there is none left, and the server has none either. One that ends at this moment may still go to somebody else. */
    const take = async (): Promise<void> => {
      for (;;) {
        const client = new Client({ connectionString: url })
        client.on('error', () => {})
        try {
          await client.connect()
          taken.push(client)
        } catch {
          const { rows } = await admin.query(end)
          if (rows.length === 0) return
        }
      }
    }
    const refused = async () => {
      await take()
      const { status, headers, body } = await send()
      const ready = await ask('GET', `${server.url}/health/ready`)
      return [status, body.code, headers['retry-after'] !== undefined, ready.status, ready.body.store]
    }
    await expect.poll(refused, { timeout: 60_000 }).toEqual([503, 'storage-busy', true, 200, 'away'])
    await release()
    await expect.poll(async () => (await send()).status, { timeout: 60_000 }).toBe(201)
    expect(await server.end()).toBe(0)
  })

  test('a server whose calls a newer one has replaced refuses writes with 503, and goes on reading', async () => {
    const url = await engine.createDatabase()
    const server = await startOn(url)
    const token = await register(server.url, 'ana')
    const room = `${server.url}/v1/rooms/general`
    const send = () => ask('POST', `${room}/messages`, { token, json: { text: 'hi' } })
    await expect.poll(async () => (await send()).status).toBe(201)
    const rename = (from: string, to: string) => engine.sql(url, `ALTER ROUTINE tertulia.${from} RENAME TO ${to}`)
    await rename('commit_batch', 'commit_newer')
    await expect.poll(async () => (await send()).body.code).toBe('storage-busy')
    expect((await ask('GET', `${room}/members`, { token })).status).toBe(200)
    expect((await ask('GET', `${server.url}/metrics`)).body).toContain('tertulia_problems_total{code="internal"} 0')
    await rename('commit_newer', 'commit_batch')
    await expect.poll(async () => (await send()).status).toBe(201)
  })

  const waysNotToStart: Record<string, { make: () => Promise<string>; says: RegExp }> = {
    'the encoding is another one': {
      make: () => engine.createDatabase(['--encoding=LATIN1', '--locale=C', '--template=template0']),
      says: /encoding LATIN1.*createdb --encoding=UTF8/
    },
    'the user may make nothing': {
      make: async () => {
        const url = await engine.createDatabase()
        await engine.sql(
          adminOf(engine),
          'DO $$ BEGIN CREATE ROLE guest LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$'
        )
        return url.replace('chat@', 'guest:s3cr3t@')
      },
      says: /Grant CREATE on the database/
    },
    'the password is wrong': {
      make: async () => {
        const url = await engine.createDatabase()
        const file = await engine.sql(adminOf(engine), "SELECT current_setting('hba_file')")
        await engine.sql(adminOf(engine), "CREATE ROLE locked LOGIN PASSWORD 'right'")
        const lines = "VALUES ('host all locked all scram-sha-256'), ('local all all trust'), ('host all all all trust')"
        await engine.sql(adminOf(engine), `COPY (${lines}) TO '${file}'`)
        await engine.sql(adminOf(engine), 'SELECT pg_reload_conf()')
        return url.replace('chat@', 'locked:s3cr3t@')
      },
      says: /password authentication failed/
    },
    'the user is unknown': {
      make: async () => (await engine.createDatabase()).replace('chat@', 'nobody:s3cr3t@'),
      says: /role "nobody" does not exist/
    },
    'the database is unknown': {
      make: async () => (await engine.createDatabase()).replace(/\w+$/, 'nowhere').replace('chat@', 'chat:s3cr3t@'),
      says: /Make it with createdb/
    },
    'the version is too old': {
      // No older one is here: what tells the version tells another one in this database.
      make: async () => {
        const url = await engine.createDatabase()
        const told = "CASE $1 WHEN 'server_version_num' THEN '130014' ELSE pg_catalog.current_setting($1) END"
        await engine.sql(
          url,
          `CREATE SCHEMA tertulia; CREATE FUNCTION tertulia.current_setting(text) RETURNS text LANGUAGE sql AS $$ SELECT ${told} $$`
        )
        return url
      },
      says: /version 13; chat-server needs 14 or later/
    }
  }

  test.each(Object.entries(waysNotToStart).slice(0, length({ short: 3, long: 99 })))(
    'where %s, the start is refused with one line that says what to do',
    async (_what, { make, says }) => {
      const { code, said } = await ServerProcess.refused(await make())
      expect(said).toMatch(says)
      expect(said).toMatch(/^chat-server: [^\n]+\n$/)
      expect(said).not.toContain('s3cr3t')
      expect(code).toBe(78)
    }
  )

  test.runIf(isLong)('a standby is refused: it takes no writes', async () => {
    const standby = await PostgresEngine.start()
    onTestFinished(() => standby.remove())
    const url = await standby.createDatabase()
    const folder = await standby.sql(adminOf(standby), "SELECT current_setting('data_directory')")
    await standby.sql(adminOf(standby), `COPY (SELECT '') TO '${folder}/standby.signal'`)
    await standby.stop()
    await standby.start()
    const { code, said } = await ServerProcess.refused(url)
    expect(said).toBe('chat-server: This PostgreSQL is a standby and takes no writes. Give the address of the primary.\n')
    expect(code).toBe(78)
  })

  test.runIf(isLong)(
    'a full disk refuses writes with 507 and not reads, and it works again once there is room',
    async ({ skip }) => {
      skip(noOwnDiskOfOthers !== undefined || owner.uid === undefined, noOwnDiskOfOthers)
      const disk = await OwnDisk.make(24 * 1024, { uid: owner.uid as number, gid: owner.gid as number })
      const small = await PostgresEngine.start([], { address: '127.0.0.1', under: disk.under })
      onTestFinished(() => small.remove())
      await small.sql(adminOf(small), `CREATE TABLESPACE small LOCATION '${disk.path}'`)
      const server = await startOn(await small.createDatabase(['--tablespace=small']))
      const token = await register(server.url, 'ana')
      const room = `${server.url}/v1/rooms/general/messages`
      const send = (n: number) => ask('POST', room, { token, json: { text: `${n}`.repeat(3_000).slice(0, 3_900) } })
      await expect.poll(async () => (await send(0)).status).toBe(201)
      disk.fill()
      let sent = 1
      await expect.poll(async () => (await send(sent++)).body.code, { timeout: 120_000, interval: 1 }).toBe('storage-full')
      expect((await ask('GET', `${room}?limit=1`, { token })).status).toBe(200)
      expect((await ask('GET', `${server.url}/health/ready`)).body).toMatchObject({ status: 'ok', store: 'up' })
      const { body } = await ask('GET', `${room}?limit=1`, { token })
      disk.free()
      await expect.poll(async () => (await send(sent++)).status).toBe(201)
      const { messages } = (await ask('GET', `${room}?limit=2`, { token })).body
      expect(messages[0].id).toBe(body.messages[0].id)
      expect(messages[1].id).toBe(body.messages[0].id + 1)
      expect(await server.end()).toBe(0)
    }
  )
})

/** A database that is always there. */
const adminOf = ({ port }: PostgresEngine): string => `postgres://chat@127.0.0.1:${port}/postgres`

const nameOf = (url: string): string => new URL(url).pathname.slice(1)
