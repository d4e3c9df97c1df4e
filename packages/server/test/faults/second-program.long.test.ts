import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { linkSync, rmSync, symlinkSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, onTestFinished, test } from 'vitest'
import { ServerProcess } from '../processes/support/server-process.ts'
import { temporaryFolder } from '../processes/support/silent-server.ts'
import { length } from '../support/test-length.ts'
import { noOwnDisk } from './support/own-disk.ts'
import { expectRefused, Witness } from './support/witness.ts'

if (noOwnDisk) console.log(`a second server by another mount: skipped, ${noOwnDisk}`)

const limits = { timeout: 5 * 60_000 }
const start = () => Witness.start(join(temporaryFolder(), 'chat.db'))

/** Another way to the same file: its name there, and what is put before the program that uses it. */
interface Way {
  file: string
  under?: string[]
}

const ways: Record<string, (file: string) => Way> = {
  'its own path': (file) => ({ file }),
  'a symbolic link': (file) => {
    symlinkSync(file, `${file}.link`)
    return { file: `${file}.link` }
  },
  'a symbolic link to its folder': (file) => {
    const folder = join(temporaryFolder(), 'link')
    symlinkSync(dirname(file), folder)
    return { file: join(folder, basename(file)) }
  },
  'a hard link': (file) => {
    linkSync(file, `${file}.hard`)
    onTestFinished(() => rmSync(`${file}.hard`, { force: true }))
    return { file: `${file}.hard` }
  }
}
if (!noOwnDisk) {
  ways['another mount, as of a container'] = (file) => {
    const folder = temporaryFolder()
    const mount = 'mount --bind "$0" "$1" && shift && exec "$@"'
    return { file: join(folder, basename(file)), under: ['unshare', '-rm', 'sh', '-c', mount, dirname(file), folder] }
  }
}

test('a second server on the same database is refused, whatever the way to it, and the first goes on', limits, async () => {
  const witness = await start()
  for (const [name, way] of Object.entries(ways).slice(length({ short: -2, long: 0 }))) {
    expect((await witness.send()).status).toBe(201)
    const { file, under } = way(witness.file)
    const { code, said } = await ServerProcess.refused(file, under && { under })
    expect([name, code]).toEqual([name, 78])
    expect(said).toMatch(
      name === 'a hard link'
        ? /is one of 2 names of the same file \(hard links\); a database needs a file of its own\.\n$/
        : /^chat-server: Another chat-server is running with .*\. Stop it first, or give this one its own file with --db\.\n$/
    )
    rmSync(`${witness.file}.hard`, { force: true })
  }
  expect((await witness.send()).status).toBe(201)
  await witness.expectKeptByRestart()
})

/** Another program that has begun to write into a database, until it is told to let go. */
async function hold(file: string): Promise<() => Promise<unknown>> {
  const script = `import { DatabaseSync } from '@photostructure/sqlite'
    const db = new DatabaseSync(process.argv[1])
    db.exec('BEGIN IMMEDIATE')
    console.log('held')
    process.stdin.resume().on('end', () => { db.exec('ROLLBACK'); process.exit() })`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, file], {
    cwd: import.meta.dirname,
    stdio: ['pipe', 'pipe', 'inherit']
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(createInterface({ input: child.stdout }), 'line')
  return () => {
    child.stdin.end()
    return once(child, 'close')
  }
}

test(
  'while another program holds the database, writes are 503 with Retry-After and reads go on; then it works again',
  limits,
  async () => {
    const witness = await start()
    for (let n = 0; n < 3; n++) expect((await witness.send()).status).toBe(201)
    const letGo = await hold(witness.file)
    const waiting = Promise.all([witness.send(10, 3), witness.send(10, 4)])
    await witness.expectKept()
    for (const refused of await waiting) {
      expectRefused(refused, 503, 'storage-busy')
      expect(refused.headers['retry-after']).toBe('1')
    }
    expect((await witness.get('/health/ready')).status).toBe(200)
    await letGo()
    expect((await witness.send(10, 3)).status).toBe(201)
    await witness.expectKeptByRestart()
  }
)
