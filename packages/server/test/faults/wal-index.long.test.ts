import { spawn } from 'node:child_process'
import { statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { expect, onTestFinished, test } from 'vitest'
import { length } from '../support/test-length.ts'
import { noOwnDisk, OwnDisk } from './support/own-disk.ts'
import { Witness } from './support/witness.ts'

if (noOwnDisk) console.log(`the index of the WAL on a full disk: skipped, ${noOwnDisk}`)

/** So many frames (changed pages of 4 KiB, each with a header) fit into the first part of `chat.db-shm`; the next one needs 8 pages more. */
const firstPartFrames = 4_062
const frameBytes = 4_120

/** Another program that reads on and on, so that the WAL has to grow. */
async function read(file: string, under: readonly string[]): Promise<void> {
  const script = `const { DatabaseSync } = require(process.argv[2])
    const db = new DatabaseSync(process.argv[1], { readOnly: true })
    db.exec('BEGIN; SELECT count(*) FROM event')
    console.log('reading')
    process.stdin.resume()`
  const driver = createRequire(import.meta.url).resolve('@photostructure/sqlite')
  const [command = '', ...words] = [...under, process.execPath, '-e', script, file, driver]
  const child = spawn(command, words, { stdio: ['pipe', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  expect(await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next()).toMatchObject({ value: 'reading' })
}

test.skipIf(noOwnDisk).each(length({ short: [12], long: [8, 10, 12, 14] }))(
  'a disk with room for %i pages on which the index of the WAL has to grow is full, and no more than that',
  { timeout: 5 * 60_000 },
  async (pages) => {
    const disk = await OwnDisk.make(48 * 1024)
    const witness = await Witness.start(`${disk.path}/chat.db`, disk.under)
    expect((await witness.send()).status).toBe(201)
    await read(witness.file, disk.under)
    const frames = () => Math.floor(statSync(disk.outside('chat.db-wal')).size / frameBytes)
    let last = frames()
    for (let each = 0; last + each < firstPartFrames; ) {
      expect((await witness.send(3_900)).status).toBe(201)
      each = frames() - last
      last += each
    }
    disk.fill(pages)
    expect((await witness.sendUntil(507)).body.code).toBe('storage-full')
    await witness.expectKept()
    disk.free()
    for (let n = 0; n < 10; n++) expect((await witness.send(3_900)).status).toBe(201)
    await witness.expectKeptByRestart()
  }
)
