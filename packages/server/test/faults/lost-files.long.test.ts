import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { ServerProcess } from '../processes/support/server-process.ts'
import { temporaryFolder } from '../processes/support/silent-server.ts'
import { length } from '../support/test-length.ts'
import { expectRefused, Witness } from './support/witness.ts'

const limits = { timeout: 5 * 60_000 }

async function start(): Promise<Witness> {
  const folder = join(temporaryFolder(), 'data')
  mkdirSync(folder)
  const witness = await Witness.start(join(folder, 'chat.db'))
  for (let n = 0; n < 5; n++) expect((await witness.send()).status).toBe(201)
  return witness
}

/** What is taken away from a running server, and how it comes back. */
const losses: Record<string, (file: string) => () => void> = {
  'whose folder is moved away': (file) => {
    const [folder, away] = [dirname(file), `${dirname(file)}-away`]
    renameSync(folder, away)
    return () => renameSync(away, folder)
  },
  'whose database is replaced by a copy': (file) => {
    copyFileSync(file, `${file}.copy`)
    renameSync(file, `${file}.away`)
    renameSync(`${file}.copy`, file)
    return () => renameSync(`${file}.away`, file)
  },
  'whose database is renamed': (file) => {
    renameSync(file, `${file}.away`)
    return () => renameSync(`${file}.away`, file)
  },
  'whose WAL is renamed': (file) => {
    renameSync(`${file}-wal`, `${file}-wal.away`)
    return () => renameSync(`${file}-wal.away`, `${file}-wal`)
  }
}

test.each(Object.entries(losses).slice(0, length({ short: 1, long: 4 })))(
  'a server %s takes no write from that moment on, says so, and goes on with everything once it is put back',
  limits,
  async (_, lose) => {
    const witness = await start()
    const putBack = lose(witness.file)
    expectRefused(await witness.send(), 503, 'storage-failed')
    expect(await witness.get('/health/ready')).toMatchObject({ status: 503, body: { status: 'failed' } })
    await witness.expectKept()
    putBack()
    expectRefused(await witness.send(), 503, 'storage-failed')
    await witness.expectKeptByRestart()
  }
)

test(
  'a server whose database is deleted shows it all, and no other one begins in its place as if nothing had been there',
  limits,
  async () => {
    const witness = await start()
    rmSync(witness.file)
    expectRefused(await witness.send(), 503, 'storage-failed')
    await witness.expectKept()
    expect((await witness.get('/v1/rooms/general/export')).status).toBe(200)
    await witness.stop()
    const { code, said } = await ServerProcess.refused(witness.file)
    expect([code, existsSync(witness.file)]).toEqual([78, false])
    expect(said).toMatch(
      /chat\.db is missing, but chat\.db-wal holds a part of it\. Put .*chat\.db back; to do without that part, .*\.\n$/
    )
  }
)

test('a server whose folder is deleted takes no write, shows what it has, and can be stopped', limits, async () => {
  const witness = await start()
  rmSync(dirname(witness.file), { recursive: true })
  expectRefused(await witness.send(), 503, 'storage-failed')
  expectRefused(await witness.post('/v1/rooms', { name: 'ops' }), 503, 'storage-failed')
  await witness.expectKept()
  await witness.stop()
  expect(existsSync(dirname(witness.file))).toBe(false)
})
