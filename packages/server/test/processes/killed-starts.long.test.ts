import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readHeader } from '../../src/stores/sqlite/file-header.ts'
import { check } from '../../src/stores/sqlite/maintenance/check.ts'
import { schemaNewest } from '../../src/stores/sqlite/migrations/schema.ts'
import { readEvents } from '../../src/stores/sqlite/reads/events.ts'
import { DatabaseByHand } from '../stores/support/database-by-hand.ts'
import { leaveDatabaseWithEventsForMessages, leaveOlderDatabase } from '../support/older-database.ts'
import { isLong, length } from '../support/test-length.ts'
import { randomFrom, seedOfThisRun } from './support/random.ts'
import { ServerProcess } from './support/server-process.ts'

const missing = spawnSync('strace', ['-V']).status === 0 ? undefined : 'the program `strace` is missing'
if (missing) console.log(`killed-starts: skipped, ${missing}`)
if (missing && process.env.CI) throw new Error(`killed-starts cannot run: ${missing}`)

/** The first write that is tried, and from each one to the next. */
const stepMax = length({ short: 3, long: 6 })
const seed = seedOfThisRun()
const random = randomFrom(seed)
const step = () => 1 + Math.floor(random() * stepMax)

/** Start a server that is killed as it begins its nth write, or that many cuts or renamings of a file; false: it listens before that. */
async function killedAt(db: string, call: Call, n: number): Promise<boolean> {
  const inject = ['-e', `trace=${call}`, '-e', `inject=${call}:signal=KILL:when=${n}`]
  try {
    const server = await ServerProcess.start(db, { under: ['strace', '-D', '-f', '-o', '/dev/null', ...inject] })
    await server.end('SIGKILL')
    return false
  } catch (error) {
    expect(String(error)).toBe('Error: chat-server ended before it listened: ')
    return true
  }
}

/** Numbers of the events of `general`, and of the last one that there must be. */
function numbersOf({ wal: { sql } }: DatabaseByHand): { seqs: number[]; head: number | undefined } {
  const head = sql.get<{ head: number }>('SELECT head FROM log WHERE id = 1')?.head
  return { seqs: readEvents(sql, 1, 0, 99, { limit: 99, bytes: 9_999 }).map(({ seq }) => seq), head }
}

type Call = 'pwrite64' | 'ftruncate' | 'rename'
/** A database that is brought up to date gives a copy of it its name. */
const callsOf = (isOlder: boolean): Call[] => ['pwrite64', 'ftruncate', ...(isOlder ? (['rename'] as const) : [])]

/**
 * A database that an earlier version left is copied before it is changed. A copy that has its name is whole, and of that version; of a
 * new database, what a killed start has left of it may be copied at any step.
 */
function lookAtCopy({ db }: DatabaseByHand, schema: number, story: string): boolean {
  const copy = `${db}.before-v${schemaNewest}`
  if (!existsSync(copy)) return false
  const { schema: copied, ok, faults } = check(copy, false, { writes: () => {}, begins: () => {}, grows: () => {} })
  expect([schema === 0 || copied === schema, ok, faults], story).toEqual([true, true, []])
  return true
}

type Prepare = (folder: DatabaseByHand) => void

/** Number of the schema of the database that is started. */
const schemaIn = (file: string): number => (existsSync(file) ? readHeader(file).schema : 0)

test.skipIf(missing).each<[what: string, texts: number, epoch: 'same' | 'new' | 'any', Prepare]>([
  [
    'a database that is new',
    0,
    'any',
    (folder) => {
      folder.stop()
      folder.remove(['', '-wal', '-shm', '.lock'])
    }
  ],
  [
    'a database of a version without marks',
    0,
    'any',
    (folder) => {
      folder.stop()
      folder.remove(['', '-wal', '-shm', '.lock'])
      leaveOlderDatabase(folder.db, 'tables')
    }
  ],
  [
    'a database that had a row for each message as an event',
    4,
    'any',
    (folder) => {
      folder.stop()
      folder.remove(['', '-wal', '-shm', '.lock'])
      leaveDatabaseWithEventsForMessages(folder.db)
    }
  ],
  ['a database that was stopped', 7, 'same', (folder) => folder.stop()],
  ['a database whose server was killed', 7, 'same', (folder) => folder.kill()],
  [
    'a copy that was put back',
    3,
    'new',
    (folder) => {
      folder.stop()
      folder.restore('backup', 'cp', [''])
    }
  ],
  [
    'an older file with its WAL',
    7,
    'new',
    (folder) => {
      folder.kill()
      folder.copy('older')
      folder.start()
      folder.send(2)
      folder.kill()
      folder.restore('older', 'cp', ['', '-wal'])
    }
  ]
])('%s starts after starts that were killed at any write', { timeout: 20 * 60_000 }, async (_, texts, epoch, prepare) => {
  console.log(`killed-starts seed ${seed}`)
  const folder = DatabaseByHand.make()
  folder.send(3)
  folder.stop()
  folder.copy('backup')
  folder.start()
  folder.send(4)
  prepare(folder)
  folder.copy('saved')
  const schema = schemaIn(folder.db)
  const isOlder = schema > 0 && schema < schemaNewest

  const kills: string[] = []
  for (const call of callsOf(isOlder)) {
    // At full length, at each write where the numbers of events must go on.
    for (let n = isLong || call === 'rename' ? 1 : step(); ; n += isLong && epoch === 'same' ? 1 : step()) {
      folder.remove(['', '-wal', '-shm', '.lock'])
      folder.copy('chat.db', undefined, 'saved')
      const wasKilled = await killedAt(folder.db, call, n)
      const again = 1 + Math.floor(random() * 10)
      const story = `killed at ${call} ${n}, ${again}`
      lookAtCopy(folder, schema, story)
      if (wasKilled && random() < 0.5) await killedAt(folder.db, 'pwrite64', again)
      lookAtCopy(folder, schema, story)
      folder.start()
      const isCopied = lookAtCopy(folder, schema, story)
      if (schema > 0) expect(isCopied, story).toBe(isOlder)
      expect(readdirSync(folder.path).filter((name) => name.endsWith('.tmp'))).toEqual([])
      rmSync(`${folder.db}.before-v${schemaNewest}`, { force: true })
      expect(folder.texts().length, story).toBe(texts)
      const { seqs, head } = numbersOf(folder)
      expect(seqs, story).toEqual(Array.from({ length: head ?? 0 }, (_, n) => n + 1))
      if (epoch !== 'any') expect(folder.epoch() === folder.firstEpoch, story).toBe(epoch === 'same')
      folder.stop()
      if (wasKilled) kills.push(`${call} ${n}`)
      if (!wasKilled || !isLong) break
    }
  }
  expect(kills.length).toBeGreaterThan(0)
})
