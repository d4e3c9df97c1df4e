import { expect, test } from 'vitest'
import { randomFrom, seedOfThisRun } from '../processes/support/random.ts'
import { length } from '../support/test-length.ts'
import { backup, DatabaseByHand } from './support/database-by-hand.ts'

/** The files as a kill or a stop would leave them at one moment, under its name, and maybe a copy that `.backup` made then. */
interface Moment {
  n: number
  name: string
  /** What a server said. */
  state: string
  epoch: string
  hasWal: boolean
  /** A part of the WAL alone was moved into the file, because somebody read for long. */
  isPartial: boolean
  backup: string | undefined
}

const tries = length({ short: 60, long: 600 })
const momentsMax = length({ short: 10, long: 40 })

/** Five numbers, each on many pages: pages of different moments show. */
const createGrid = `CREATE TABLE grid (part INTEGER, n INTEGER, filler BLOB);
  WITH i(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM i LIMIT 100) INSERT INTO grid SELECT i % 5, 0, zeroblob(3000) FROM i`
const stateOf = ({ wal }: DatabaseByHand): string =>
  JSON.stringify(wal.sql.all('SELECT DISTINCT part, n FROM grid ORDER BY part, n'))

/** Lives of one database, with readers now and then in the way of what is moved into the file, and a copy after each change. */
function live(random: () => number, folder: DatabaseByHand): Moment[] {
  const moments: Moment[] = []
  let n = 0
  const write = (times: number) => {
    for (let i = 0; i < times; i++) folder.change('UPDATE grid SET n = ? WHERE part = ?', ++n, Math.floor(random() * 5))
  }
  const reopen = (isStop: boolean) => {
    if (isStop) {
      folder.stop()
      folder.start()
      folder.kill()
    } else folder.kill()
    folder.start()
  }
  const leave = () => {
    const { log, checkpointed } = folder.progress()
    const name = `moment${moments.length}`
    folder.copy(name, ['', '-wal', '.lock'])
    const copy = random() < 0.3 ? `${name}.backup` : undefined
    if (copy !== undefined) backup(folder.db, folder.file(copy))
    moments.push({
      n: moments.length,
      name,
      state: stateOf(folder),
      epoch: folder.epoch(),
      hasWal: log > 0,
      isPartial: 0 < checkpointed && checkpointed < log,
      backup: copy
    })
  }
  folder.wal.transaction(() => folder.wal.sql.db.exec(createGrid))
  folder.wal.empty()
  while (moments.length < momentsMax) {
    const chance = random()
    if (chance < 0.3) write(1 + Math.floor(random() * 3))
    else if (chance < 0.6) write(60)
    else if (chance < 0.7) folder.wal.empty()
    else if (chance < 0.8) folder.isRead ? folder.endReading() : folder.beginReading()
    else if (chance < 0.9) folder.wal.keepShort()
    else reopen(chance < 0.95)
    leave()
  }
  folder.end()
  return moments
}

test('files of different moments are refused, or say what one moment said', { timeout: 20 * 60_000 }, () => {
  const seed = seedOfThisRun()
  console.log(`mixtures seed ${seed}`)
  const random = randomFrom(seed)
  const folder = DatabaseByHand.make()
  const moments = live(random, folder)
  const oneOf = <T>(options: readonly T[]) => options[Math.floor(random() * options.length)] as T
  const counts = { whole: 0, mixed: 0, refused: 0, withoutLock: 0, backups: 0 }

  for (let at = 0; at < tries; at++) {
    const db = oneOf(moments)
    const isBackup = db.backup !== undefined && random() < 0.5
    const wal = random() < 0.4 ? db : oneOf(moments)
    const isPair = db === wal && !isBackup
    // Of a file with a part of a WAL nothing but its lock tells how much of another one that is.
    const lock = db.isPartial && !isPair ? db : oneOf([db, wal, moments.at(-1), oneOf(moments), undefined])
    folder.remove(['', '-wal', '-shm', '.lock'])
    folder.copy('chat.db', [''], isBackup ? db.backup : db.name)
    folder.copy('chat.db', ['-wal'], wal.name)
    if (lock) folder.copy('chat.db', ['.lock'], lock.name)
    const story = `seed ${seed}: the ${isBackup ? 'backup' : 'file'} of ${db.n}, the WAL of ${wal.n}, the lock of ${lock?.n}`
    try {
      try {
        folder.start()
      } catch (error) {
        if (!isPair) throw error
        expect(String(error), story).toContain('were copied together, delete chat.db.lock')
        expect(lock, story).not.toBe(db)
        folder.remove(['.lock'])
        folder.start()
        counts.withoutLock++
      }
    } catch (error) {
      expect(String(error), story).toMatch(/was not written for this chat.db|is older than what chat.db.lock knows of/)
      expect(isPair, story).toBe(false)
      expect(wal.hasWal, story).toBe(true)
      counts.refused++
      continue
    }
    expect(folder.wal.sql.get('PRAGMA integrity_check'), story).toEqual({ integrity_check: 'ok' })
    const state = stateOf(folder)
    if (isBackup) {
      expect(wal.hasWal, story).toBe(false)
      expect(state, story).toBe(db.state)
      if (lock?.state !== state) expect(folder.epoch(), story).not.toBe(db.epoch) // else nothing came after it
      counts.backups++
    } else {
      // Without the WAL that it had, a killed server's file says what had been moved into it, which is no moment of ours.
      if (wal.hasWal || !db.hasWal) expect(wal.hasWal ? wal.state : db.state, story).toBe(state)
      // What came after it has been seen: its numbers must not be given again under the same epoch.
      if (lock && lock.n > wal.n && lock.state !== state) expect(folder.epoch(), story).not.toBe(lock.epoch)
      if (isPair && lock === db) expect(folder.epoch(), story).toBe(db.epoch)
      counts[isPair ? 'whole' : 'mixed']++
    }
    folder.end()
  }
  console.log(counts)
})
