import { readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runCommand } from '../processes/support/run-command.ts'
import { ServerProcess } from '../processes/support/server-process.ts'
import { temporaryFolder } from '../processes/support/silent-server.ts'
import { length } from '../support/test-length.ts'
import { expectRefused, Witness } from './support/witness.ts'

const limits = { timeout: 5 * 60_000 }

/** A database with a hundred messages in the one file, as a stop leaves it. */
async function stopped(): Promise<Witness> {
  const witness = await Witness.start(join(temporaryFolder(), 'chat.db'))
  for (let n = 0; n < 100; n++) expect((await witness.send(3_000)).status).toBe(201)
  await witness.stop()
  return witness
}

const change = (file: string, how: (bytes: Buffer) => void): void => {
  const bytes = readFileSync(file)
  how(bytes)
  writeFileSync(file, bytes)
}

const damages: [what: string, damage: (file: string) => void, says: RegExp][] = [
  ['cut after its first page', (file) => truncateSync(file, 4096), /is damaged\. Restore it from a backup/],
  ['emptied', (file) => truncateSync(file, 0), /is empty, but it was a database\. Put a copy in its place/],
  ['cut in half', (file) => truncateSync(file, statSync(file).size / 2), /is damaged\. Restore it from a backup/],
  ['cut within its first page', (file) => truncateSync(file, 50), /is damaged\. Restore it from a backup/],
  ['begun with zeros', (file) => change(file, (bytes) => bytes.fill(0, 0, 4096)), /is not a database\./],
  ['a letter', (file) => writeFileSync(file, 'Dear Marta, '.repeat(1_000)), /is not a database\./]
]

test(
  'a start on a database that is cut, emptied or no database any more is refused, touches nothing, and a copy brings all back',
  limits,
  async () => {
    const witness = await stopped()
    const whole = readFileSync(witness.file)
    for (const [what, damage, says] of damages.slice(0, length({ short: 2, long: 6 }))) {
      damage(witness.file)
      const damaged = readFileSync(witness.file)
      const { code, said } = await ServerProcess.refused(witness.file)
      expect([what, code]).toEqual([what, 78])
      expect(said).toMatch(says)
      expect(readFileSync(witness.file).equals(damaged)).toBe(true)
      writeFileSync(witness.file, whole)
    }
    await witness.expectKeptByRestart()
  }
)

test('an empty file is a place for a new database', limits, async () => {
  const file = join(temporaryFolder(), 'chat.db')
  writeFileSync(file, '')
  const witness = await Witness.start(file)
  expect((await witness.send()).status).toBe(201)
  await witness.expectKeptByRestart()
})

test(
  'damaged pages: what needs them is 503, nothing is written any more, a check says so, and a backup brings all back',
  limits,
  async () => {
    const witness = await stopped()
    const backup = `${witness.file}.backup`
    expect(await runCommand(['backup', backup, '--db', witness.file])).toMatchObject({ code: 0 })
    change(witness.file, (bytes) => {
      const page = Math.floor(bytes.indexOf('text 50 ') / 4096) * 4096
      bytes.fill(0xff, page, page + 4096)
    })
    await witness.start()
    const refused = await witness.get('/v1/rooms/general/messages?limit=200')
    expectRefused(refused, 503, 'storage-failed')
    expectRefused(await witness.send(), 503, 'storage-failed')
    expect(await witness.get('/health/ready')).toMatchObject({ status: 503, body: { status: 'failed' } })
    expect((await witness.get('/v1/users/me')).status).toBe(200)
    await witness.stop()
    expect(await runCommand(['check', '--db', witness.file])).toMatchObject({ code: 1 })
    expect(await runCommand(['restore', backup, '--replace', '--db', witness.file])).toMatchObject({ code: 0 })
    await witness.expectKeptByRestart()
  }
)
