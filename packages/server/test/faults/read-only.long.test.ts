import { spawnSync } from 'node:child_process'
import { chmodSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { ServerProcess } from '../processes/support/server-process.ts'
import { temporaryFolder } from '../processes/support/silent-server.ts'
import { length } from '../support/test-length.ts'
import { noOwnDisk } from './support/own-disk.ts'
import { Witness } from './support/witness.ts'

const limits = { timeout: 5 * 60_000 }

/** Root may write whatever its mode, unless it gives up that right; everybody else has none to give up. */
const obeying = process.getuid?.() === 0 ? ['setpriv', '--bounding-set', '-dac_override'] : []
const notObeying = obeying.length > 0 && spawnSync(obeying[0] as string, [...obeying.slice(1), 'true']).status !== 0
if (notObeying) console.log('files that may not be written: skipped, `setpriv` takes no right from root here')
if (noOwnDisk) console.log(`a disk that becomes read-only: skipped, ${noOwnDisk}`)

/** A database that was stopped or killed, with some messages. */
async function left(how: 'stopped' | 'killed'): Promise<Witness> {
  const witness = await Witness.start(join(temporaryFolder(), 'chat.db'))
  for (let n = 0; n < 5; n++) expect((await witness.send()).status).toBe(201)
  await (how === 'stopped' ? witness.stop() : witness.kill())
  return witness
}

const notOurs = (file: string) =>
  `chat-server: This user may not write ${file}, its folder or what lies beside it. Change whose they are, or give another file with --db.\n`

/** What may not be written any more, relative to the database. */
const protecteds: [what: string, path: (file: string) => string, mode: number, mended: number][] = [
  ['file', (file) => file, 0o400, 0o600],
  ['folder', (file) => dirname(file), 0o500, 0o700],
  ['WAL', (file) => `${file}-wal`, 0o400, 0o600],
  ['lock', (file) => `${file}.lock`, 0o400, 0o600]
]

test.skipIf(notObeying)(
  'a start is refused where the file, its WAL, its lock or its folder may not be written, and touches nothing',
  limits,
  async () => {
    const witness = await left('killed')
    const folder = dirname(witness.file)
    const names = readdirSync(folder).sort()
    for (const [what, path, mode, mended] of protecteds.slice(0, length({ short: 2, long: 4 }))) {
      chmodSync(path(witness.file), mode)
      onTestFinished(() => chmodSync(path(witness.file), mended))
      const refused = await ServerProcess.refused(witness.file, { under: obeying })
      expect([what, refused]).toEqual([what, { code: 78, said: notOurs(witness.file) }])
      chmodSync(path(witness.file), mended)
      expect(readdirSync(folder).sort()).toEqual(names)
    }
    await witness.expectKeptByRestart()
  }
)

test.skipIf(noOwnDisk).each(length({ short: ['stopped'], long: ['stopped', 'killed'] } as const))(
  'a start on a disk that can only be read is refused, where a server was %s before, and all is there once it can be written',
  limits,
  async (how) => {
    const witness = await left(how)
    const folder = dirname(witness.file)
    const mount = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"'
    expect(await ServerProcess.refused(witness.file, { under: ['unshare', '-rm', 'sh', '-c', mount, folder] })).toEqual({
      code: 78,
      said: `chat-server: ${witness.file} is on a disk that cannot be written (read-only). Give a file on another one with --db.\n`
    })
    await witness.expectKeptByRestart()
  }
)
