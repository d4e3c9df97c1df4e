import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openReading } from '../../src/stores/sqlite/connection.ts'
import type { Database, Statement } from '../../src/stores/sqlite/driver.ts'
import { openDatabase } from '../../src/stores/sqlite/open-database.ts'
import type { Sql } from '../../src/stores/sqlite/sql.ts'
import type { WriteAheadLog } from '../../src/stores/sqlite/write-ahead-log.ts'
import { randomFrom, seedOfThisRun } from '../processes/support/random.ts'
import { length } from '../support/test-length.ts'

/** The files as a kill or a stop would leave them at one moment. */
interface Moment {
  name: number
  folder: string
  /** What a server said. */
  state: string
  hasWal: boolean
  /** A part of the WAL alone was moved into the file, because somebody read for long. */
  isPartial: boolean
}

interface Progress {
  log: number
  checkpointed: number
}

const tries = length({ short: 60, long: 600 })
const momentsMax = length({ short: 10, long: 40 })

/** Five numbers, each on many pages: pages of different moments show. */
const createGrid = `CREATE TABLE grid (part INTEGER, n INTEGER, filler BLOB);
  WITH i(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM i LIMIT 100) INSERT INTO grid SELECT i % 5, 0, zeroblob(3000) FROM i`
const stateOf = (sql: Sql): string => JSON.stringify(sql.all('SELECT DISTINCT part, n FROM grid ORDER BY part, n'))

/** By a process of its own: this one would lose its locks. */
const copy = (from: string, to: string) => existsSync(from) && execFileSync('cp', [from, to])

/** Lives of one database, with readers now and then in the way of what is moved into the file, and a copy after each change. */
function live(random: () => number, folder: string): Moment[] {
  const file = join(folder, 'chat.db')
  const moments: Moment[] = []
  let wal = openDatabase(file, 0).wal
  wal.transaction(() => wal.sql.db.exec(createGrid))
  wal.empty()
  let reader: { db: Database; statement: Statement; rows: Iterator<unknown> } | undefined
  let n = 0
  const progress = () => wal.sql.get<Progress>('PRAGMA wal_checkpoint(NOOP)') as Progress
  const write = (times: number) => {
    for (let i = 0; i < times; i++) {
      wal.transaction(() => wal.sql.run('UPDATE grid SET n = ? WHERE part = ?', ++n, Math.floor(random() * 5)))
      wal.keepShort()
    }
  }
  const beginReading = () => {
    const db = openReading(file)
    const statement = db.prepare('SELECT n FROM grid') // held: the addon ends what reads a statement that nobody holds
    const rows = statement.iterate()
    rows.next()
    reader = { db, statement, rows }
  }
  const endReading = () => {
    reader?.rows.return?.()
    reader?.db.close()
    reader = undefined
  }
  const reopen = (isStop: boolean) => {
    endReading()
    if (isStop) {
      const state = stateOf(wal.sql)
      wal.empty()
      wal.close()
      leave(state, { log: 0, checkpointed: 0 })
    } else wal.close()
    wal = openDatabase(file, 0).wal
  }
  const leave = (state = stateOf(wal.sql), { log, checkpointed } = progress()) => {
    const name = moments.length
    const into = join(folder, `${name}`)
    mkdirSync(into)
    for (const ending of ['', '-wal', '.lock']) copy(file + ending, join(into, `chat.db${ending}`))
    moments.push({ name, folder: into, state, hasWal: log > 0, isPartial: 0 < checkpointed && checkpointed < log })
  }
  while (moments.length < momentsMax) {
    const chance = random()
    if (chance < 0.3) write(1 + Math.floor(random() * 3))
    else if (chance < 0.6) write(60)
    else if (chance < 0.7) wal.empty()
    else if (chance < 0.8) (reader ? endReading : beginReading)()
    else if (chance < 0.9) wal.keepShort()
    else reopen(chance < 0.95)
    leave()
  }
  endReading()
  wal.close()
  return moments
}

test('files of different moments are refused, or say what one moment said', { timeout: 20 * 60_000 }, () => {
  const seed = seedOfThisRun()
  console.log(`mixtures seed ${seed}`)
  const random = randomFrom(seed)
  const folder = mkdtempSync(join(tmpdir(), 'tertulia-mixtures-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const moments = live(random, folder)
  const oneOf = <T>(options: readonly T[]) => options[Math.floor(random() * options.length)] as T
  const counts = { whole: 0, mixed: 0, refused: 0 }
  const place = join(folder, 'place')
  const file = join(place, 'chat.db')

  for (let at = 0; at < tries; at++) {
    const db = oneOf(moments)
    const wal = random() < 0.3 ? db : oneOf(moments)
    const lock = db.isPartial ? db : oneOf([db, wal, moments.at(-1), undefined]) // nothing else tells how much of it was moved
    rmSync(place, { recursive: true, force: true })
    mkdirSync(place)
    copy(join(db.folder, 'chat.db'), file)
    copy(join(wal.folder, 'chat.db-wal'), `${file}-wal`)
    if (lock) copy(join(lock.folder, 'chat.db.lock'), `${file}.lock`)
    const story = `seed ${seed}: the file of ${db.name}, the WAL of ${wal.name}, the lock of ${lock?.name}`
    let opened: WriteAheadLog
    try {
      opened = openDatabase(file, 0).wal
    } catch (error) {
      expect(String(error), story).toContain('was not written for this chat.db')
      if (db === wal) expect([db, undefined], story).not.toContain(lock)
      counts.refused++
      continue
    }
    try {
      expect(opened.sql.get('PRAGMA integrity_check'), story).toEqual({ integrity_check: 'ok' })
      // Without the WAL that it had, a killed server's file says what had been moved into it, which is no moment of ours.
      if (wal.hasWal || !db.hasWal) expect(wal.hasWal ? wal.state : db.state, story).toBe(stateOf(opened.sql))
      counts[db === wal ? 'whole' : 'mixed']++
    } finally {
      opened.close()
    }
  }
  console.log(counts)
})
