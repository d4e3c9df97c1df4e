import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../processes/support/silent-server.ts'
import { length } from '../support/test-length.ts'
import { FailingCalls, noFailingCalls } from './support/failing-calls.ts'
import { expectRefused, Witness } from './support/witness.ts'

if (noFailingCalls) console.log(`failing disk: skipped, ${noFailingCalls}`)
if (noFailingCalls?.endsWith('missing') && process.env.CI) throw new Error(`failing disk cannot run: ${noFailingCalls}`)

const limits = { timeout: 5 * 60_000 }
const unknown =
  'The server’s disk failed. It is not known whether this was written. The server writes nothing more until it is restarted.'

const faults: [call: string, error: string][] = [
  ['fsync', 'EIO'],
  ['pwrite64', 'EIO'],
  ['pwrite64', 'EROFS']
]

const start = () => Witness.start(join(temporaryFolder(), 'chat.db'))

test.skipIf(noFailingCalls).each(faults.slice(0, length({ short: 1, long: 3 })))(
  '%s of the WAL fails with %s: writes are off until a restart, reads go on, and nothing that was acknowledged is lost',
  limits,
  async (call, error) => {
    const witness = await start()
    for (let n = 0; n < 5; n++) expect((await witness.send()).status).toBe(201)
    const before = (await witness.log()).length

    const failing = await FailingCalls.begin(witness.pid, `${witness.file}-wal`, call, error)
    const failed = await witness.send(10, 5)
    expectRefused(failed, 503, 'storage-failed')
    expect(failed.body.detail).toBe(unknown)
    await failing.end()
    // The disk would do its work again: nobody knows what of the failed commit is on it, so nothing is written behind that.
    expectRefused(await witness.send(10, 6), 503, 'storage-failed')
    expectRefused(await witness.post('/v1/rooms', { name: 'ops' }), 503, 'storage-failed')
    await witness.expectKept()
    expect(await witness.log()).toHaveLength(before)
    expect(await witness.get('/health/ready')).toMatchObject({ status: 503, body: { status: 'failed' } })
    expect((await witness.get('/health/live')).status).toBe(200)
    expect((await witness.get('/metrics')).body).toContain('\ntertulia_store_writes_off 1\n')

    // Where only fsync failed the commit stands in the file, and is there again: its key settles it, and no number is given twice.
    await (call === 'fsync' ? witness.kill() : witness.stop())
    await witness.start()
    const repeated = await witness.send(10, 5)
    expect([repeated.status, repeated.headers['idempotency-replayed']]).toEqual([201, call === 'fsync' ? 'true' : undefined])
    expect((await witness.send(10, 6)).status).toBe(201)
    await witness.expectKept()
    expect((await witness.log()).filter(({ type }) => type === 'message.created')).toHaveLength(7)
    await witness.expectKeptByRestart()
  }
)

test.skipIf(noFailingCalls)(
  'what cannot be moved from the WAL into the database stays in the WAL: all that was acknowledged is kept',
  limits,
  async () => {
    const witness = await start()
    const failing = await FailingCalls.begin(witness.pid, witness.file, 'pwrite64', 'EIO')
    await witness.sendUntil(503)
    await witness.expectKept()
    expect(await witness.get('/health/ready')).toMatchObject({ status: 503, body: { status: 'failed' } })
    await failing.end()
    await witness.expectKeptByRestart()
  }
)

test.skipIf(noFailingCalls)(
  'reads that fail are 503, nothing is written after one, and they work again with the disk',
  limits,
  async () => {
    const witness = await start()
    for (let n = 0; n < 100; n++) expect((await witness.send(3_900)).status).toBe(201)
    await witness.stop()
    await witness.start() // without a page of it in memory
    const failing = await FailingCalls.begin(witness.pid, witness.file, 'pread64', 'EIO')
    const refused = await witness.get('/v1/rooms/general/messages?limit=200')
    expectRefused(refused, 503, 'storage-failed')
    expect(refused.body.detail).toBe(
      'The server cannot read its database: the disk failed or the file is damaged. Nothing was written.'
    )
    expectRefused(await witness.send(), 503, 'storage-failed')
    expect(await witness.get('/health/ready')).toMatchObject({ status: 503, body: { status: 'failed' } })
    await failing.end()
    await witness.expectKept()
    await witness.expectKeptByRestart()
  }
)
