import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runCommand } from '../processes/support/run-command.ts'
import { ServerProcess } from '../processes/support/server-process.ts'
import { temporaryFolder } from '../processes/support/silent-server.ts'
import { length } from '../support/test-length.ts'
import { noOwnDisk, OwnDisk } from './support/own-disk.ts'
import { expectRefused, Witness } from './support/witness.ts'

if (noOwnDisk) console.log(`full disk: skipped, ${noOwnDisk}`)

const limits = { timeout: 5 * 60_000 }

test.skipIf(noOwnDisk).each(length({ short: [5], long: [0, 1, 2, 3, 5, 9, 17, 40] }))(
  'a disk with room for %i pages: writes are refused with 507, reads go on, and it works again once there is room',
  limits,
  async (pages) => {
    const disk = await OwnDisk.make(8 * 1024)
    const witness = await Witness.start(`${disk.path}/chat.db`, disk.under)
    for (let n = 0; n < 20; n++) expect((await witness.send(2_000)).status).toBe(201)
    disk.fill(pages)
    const refused = await witness.sendUntil(507)
    expectRefused(refused, 507, 'storage-full')
    expect(refused.body.detail).toBe('The server’s disk is full. Nothing was written.')
    expectRefused(await witness.post('/v1/rooms', { name: 'ops' }), 507, 'storage-full')
    await witness.expectKept()
    expect((await witness.get('/health/ready')).status).toBe(200)
    expect((await witness.get('/metrics')).body).toContain('\ntertulia_store_writes_off 0\n')
    for (let n = 0; n < 20; n++) expect([201, 507]).toContain((await witness.send(n * 200)).status)

    disk.free()
    expect((await witness.send(3_900)).status).toBe(201)
    await witness.expectKept()
    await witness.expectKeptByRestart()
  }
)

test.skipIf(noOwnDisk).each(length({ short: ['killed'], long: ['stopped', 'killed'] }))(
  'a server that was %s starts on a full disk only once there is room, and has lost nothing',
  limits,
  async (how) => {
    const disk = await OwnDisk.make(8 * 1024)
    const witness = await Witness.start(`${disk.path}/chat.db`, disk.under)
    for (let n = 0; n < 20; n++) expect((await witness.send(2_000)).status).toBe(201)
    await (how === 'stopped' ? witness.stop() : witness.kill())
    disk.fill()
    const said = `chat-server: There is no room on the disk for ${witness.file}. Make some, or give a file on another disk with --db.\n`
    expect(await ServerProcess.refused(witness.file, { under: disk.under })).toEqual({ code: 78, said })
    disk.free()
    await witness.expectKeptByRestart()
  }
)

test.skipIf(noOwnDisk).each(length({ short: ['full'], long: ['full', 'read-only'] }))(
  'a folder for temporary files that is %s is not needed',
  limits,
  async (what) => {
    const disk = await OwnDisk.make(64)
    if (what === 'full') disk.fill()
    else disk.makeReadOnly()
    const folder = temporaryFolder()
    const under = [...disk.under, 'env', `TMPDIR=${disk.path}`]
    const witness = await Witness.start(join(folder, 'chat.db'), under)
    for (let n = 0; n < 20; n++) expect((await witness.send(3_900)).status).toBe(201)
    await expect.poll(async () => (await witness.get('/v1/search?q=text')).body.messages).toHaveLength(20)
    const backup = join(folder, 'backup.db')
    expect(await runCommand(['backup', backup, '--db', witness.file], under)).toMatchObject({ code: 0 })
    expect(await runCommand(['check', '--db', backup], under)).toMatchObject({ code: 0 })
    expect(await runCommand(['user', 'list', '--db', witness.file], under)).toMatchObject({ code: 0 })
    await witness.expectKeptByRestart()
  }
)
