import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { DatabaseSync } from '../../src/stores/sqlite/driver.ts'
import { leaveOlderDatabase, olderEpoch } from '../support/older-database.ts'
import { length } from '../support/test-length.ts'
import { backup, DatabaseByHand } from './support/database-by-hand.ts'

const limits = { timeout: 10 * 60_000 }
const numbers = (upTo: number) => Array.from({ length: upTo }, (_, n) => n)

/** With its first life stopped and copied, and its second one killed with a WAL. */
function killedWithCopy(sends = 5) {
  const folder = DatabaseByHand.make()
  folder.send(3)
  folder.stop()
  folder.copy('backup')
  folder.start()
  folder.send(sends)
  folder.kill()
  expect(folder.walBytes()).toBeGreaterThan(0)
  folder.copy('killed')
  return folder
}

/** As somebody would with sqlite3. */
function inSqlite(file: string, sql: string): void {
  const db = new DatabaseSync(file)
  db.exec(sql)
  db.close()
}

const moveWalAside = (folder: DatabaseByHand) => {
  for (const ending of ['-wal', '-shm']) renameSync(folder.db + ending, `${folder.db}${ending}.aside`)
}

describe.each(length({ short: [5], long: [5, 1_500] }))('over the WAL of %i messages', (sends) => {
  test.each(length({ short: ['mv'], long: ['cp', 'mv'] } as const))(
    'a copy put back by %s is refused until the WAL is moved aside',
    limits,
    (how) => {
      const folder = killedWithCopy(sends)
      folder.restore('backup', how, [''])
      const said = folder.refused()
      expect(said).toContain('chat.db-wal was not written for this chat.db')
      expect(said).toContain('move chat.db-wal and chat.db-shm aside')
      folder.copy('refused')

      moveWalAside(folder)
      folder.start()
      expect(folder.texts()).toEqual(numbers(3))
      folder.send(1)
      folder.stop()

      folder.restore('refused', 'cp')
      folder.restore('killed', how, [''])
      folder.start()
      expect(folder.texts()).toEqual(numbers(3 + sends))
      folder.send(1)
      folder.stop()
    }
  )

  test('a copy of the file of a running server is refused, or it was not changed since', limits, () => {
    const folder = DatabaseByHand.make()
    folder.send(sends)
    folder.copy('live', [''])
    folder.send(sends)
    folder.kill()
    folder.restore('live', 'cp', [''])
    if (sends === 5) {
      folder.start()
      expect(folder.texts()).toEqual(numbers(2 * sends))
      folder.stop()
    } else folder.refused()
  })

  test('a copy made by VACUUM INTO of the running server and put back is refused', limits, () => {
    const folder = DatabaseByHand.make()
    folder.send(sends)
    inSqlite(folder.db, `VACUUM INTO '${join(folder.path, 'live')}'`)
    folder.send(5)
    folder.kill()
    folder.restore('live', 'mv', [''])
    folder.refused()
    moveWalAside(folder)
    folder.start()
    expect(folder.texts()).toEqual(numbers(sends))
    folder.send(1)
    folder.stop()
  })

  test('a file that is gone or empty is not begun anew, and the WAL is kept', limits, () => {
    const folder = killedWithCopy(sends)
    folder.remove([''])
    expect(folder.refused()).toContain('chat.db is missing, but')
    folder.remove(['-shm', '.lock'])
    expect(folder.refused()).toContain('chat.db is missing, but')
    writeFileSync(folder.db, '')
    expect(folder.refused()).toContain('chat.db is empty, but')
    folder.restore('killed', 'cp')
    folder.start()
    expect(folder.texts()).toEqual(numbers(3 + sends))
  })

  test('the file with its WAL and its lock goes on in another folder, and in its own', limits, () => {
    const folder = killedWithCopy(sends)
    folder.copy(folder.subfolder('moved'), ['', '-wal', '.lock'])
    const epochs: string[] = []
    for (const db of [join(folder.path, 'moved', 'chat.db'), folder.db]) {
      folder.start(db)
      expect(folder.texts()).toEqual(numbers(3 + sends))
      epochs.push(folder.epoch())
      folder.stop()
    }
    expect(epochs[0]).toBe(epochs[1])
  })

  test('the file goes on with its WAL where the lock is missing or another, and tells its readers to begin anew', limits, () => {
    const folder = killedWithCopy(sends)
    for (const lose of [() => folder.remove(['.lock']), () => folder.restore('backup', 'cp', ['.lock'])]) {
      folder.restore('killed', 'cp')
      lose()
      folder.start()
      expect(folder.texts()).toEqual(numbers(3 + sends))
      expect(folder.epoch()).not.toBe(folder.firstEpoch)
      folder.stop()
    }
  })

  test('an older file goes on with its own WAL, and is refused with a newer one', limits, () => {
    const folder = killedWithCopy(sends)
    folder.start()
    folder.send(2)
    folder.kill()
    for (const which of [[''], ['', '.lock'], ['-wal'], ['-wal', '.lock']]) {
      folder.copy('newer')
      folder.restore('killed', 'cp', which)
      folder.refused()
      folder.restore('newer', 'cp')
    }
    folder.restore('killed', 'cp', ['', '-wal'])
    folder.start()
    expect(folder.texts()).toEqual(numbers(3 + sends))
    expect(folder.epoch()).not.toBe(folder.firstEpoch)
  })

  test('a WAL that was put there after a stop is refused', limits, () => {
    const folder = killedWithCopy(sends)
    folder.start()
    folder.stop()
    folder.restore('killed', 'cp', ['-wal'])
    expect(folder.refused()).toContain('chat.db-wal was not written for this chat.db')
    folder.remove(['-wal'])
    folder.start()
    expect(folder.texts()).toEqual(numbers(3 + sends))
  })
})

test.each(['with the lock', 'without a lock'])(
  'a copy made by .backup and put back beside the WAL of a killed server is refused, %s, and starts without that WAL',
  limits,
  (how) => {
    const folder = DatabaseByHand.make()
    backup(folder.db, folder.file('before the WAL'))
    folder.send(3)
    backup(folder.db, folder.file('with a part of it'))
    backup(folder.db, folder.file('with a part of it')) // SQLite counts from what was there
    folder.send(3)
    folder.kill()
    folder.copy('killed')
    for (const [copy, texts] of [
      ['before the WAL', 0],
      ['with a part of it', 3]
    ] as const) {
      folder.restore('killed', 'mv')
      folder.restore(copy, 'mv', [''])
      if (how === 'without a lock') folder.remove(['.lock'])
      expect(folder.refused()).toContain('chat.db-wal was not written for this chat.db')
      moveWalAside(folder)
      folder.start()
      expect(folder.texts()).toEqual(numbers(texts))
      expect(folder.epoch()).not.toBe(folder.firstEpoch)
      folder.kill()
      folder.start() // a copy is a file like any other from its first start on
      expect(folder.texts()).toEqual(numbers(texts))
      folder.end()
    }
    folder.restore('killed', 'mv')
    folder.start()
    expect(folder.texts()).toEqual(numbers(6))
    expect(folder.epoch()).toBe(folder.firstEpoch)
  }
)

const moveAll = (folder: DatabaseByHand) => {
  folder.fill()
  const { log, checkpointed } = folder.progress()
  expect(checkpointed).toBe(log)
}
const moveAPart = (folder: DatabaseByHand) => {
  folder.change("UPDATE room SET title = 'a part'")
  folder.beginReading()
  folder.fill()
  folder.endReading()
  const { log, checkpointed } = folder.progress()
  expect(checkpointed).toBeGreaterThan(0)
  expect(checkpointed).toBeLessThan(log)
}
/** How much of a WAL the lock knows to be in the file. */
const moves: [what: string, move: (folder: DatabaseByHand) => void][] = [
  ['nothing', () => {}],
  ['all of the WAL', moveAll],
  ['a part of the WAL', moveAPart],
  [
    'a WAL, and a part of what followed,',
    (folder) => {
      moveAll(folder)
      moveAPart(folder)
    }
  ]
]

describe.each(moves)('where the lock knows that %s was moved into a newer file', (_, move) => {
  test('an older file and its WAL start together, and tell their readers to begin anew', limits, () => {
    const folder = DatabaseByHand.make()
    folder.send(3)
    folder.kill()
    folder.copy('older')
    folder.start()
    folder.send(3)
    move(folder)
    folder.kill()
    folder.restore('older', 'mv', ['', '-wal'])
    folder.start()
    expect(folder.texts()).toEqual(numbers(3))
    expect(folder.epoch()).not.toBe(folder.firstEpoch)
  })

  test('those of one life, taken while it ran, start too, at once or without the lock, as is said', limits, () => {
    const folder = DatabaseByHand.make()
    folder.send(3)
    folder.copy('older')
    folder.send(3)
    move(folder)
    folder.kill()
    folder.restore('older', 'mv', ['', '-wal'])
    try {
      folder.start()
    } catch {
      expect(folder.refused()).toContain('If chat.db and chat.db-wal were copied together, delete chat.db.lock')
      folder.remove(['.lock'])
      folder.start()
    }
    expect(folder.texts()).toEqual(numbers(3))
    expect(folder.epoch()).not.toBe(folder.firstEpoch)
  })

  test('an older WAL is never mixed into the newer file', limits, () => {
    const folder = DatabaseByHand.make()
    folder.send(3)
    folder.copy('older')
    folder.send(3)
    move(folder)
    const isInFile = folder.progress().checkpointed > 0
    folder.kill()
    folder.restore('older', 'mv', ['-wal'])
    if (isInFile) folder.refused()
    else {
      folder.start() // the file is as it was when the older WAL was
      expect(folder.texts()).toEqual(numbers(3))
      expect(folder.epoch()).not.toBe(folder.firstEpoch)
    }
  })

  test('the newer file starts with its own WAL', limits, () => {
    const folder = DatabaseByHand.make()
    folder.send(6)
    move(folder)
    folder.send(1)
    folder.kill()
    folder.start()
    expect(folder.texts()).toEqual(numbers(7))
    expect(folder.epoch()).toBe(folder.firstEpoch)
  })
})

test('a copy of the WAL that is older than what the file has is refused, whatever lock lies there', limits, () => {
  const folder = DatabaseByHand.make()
  folder.send(3)
  folder.copy('early', ['-wal', '.lock'])
  folder.send(3)
  folder.copy('late', ['-wal'])
  folder.stop()
  folder.copy('stopped')
  for (const loseLock of [() => {}, () => folder.remove(['.lock']), () => folder.restore('early', 'cp', ['.lock'])]) {
    for (const wal of ['early', 'late']) {
      folder.restore('stopped', 'cp')
      loseLock()
      folder.restore(wal, 'cp', ['-wal'])
      expect(folder.refused()).toContain('chat.db-wal was not written for this chat.db')
    }
  }
  folder.restore('stopped', 'cp')
  folder.remove(['-wal'])
  folder.start()
  expect(folder.texts()).toEqual(numbers(6))
})

test('what is no WAL but has its name is refused, and kept', limits, () => {
  const folder = DatabaseByHand.make()
  folder.stop()
  writeFileSync(`${folder.db}-wal`, 'notes\n')
  expect(folder.refused()).toContain('chat.db-wal is not the WAL of a database. Move it aside.')
  folder.remove([''])
  expect(folder.refused()).toContain('chat.db-wal is not the WAL of a database. Move it aside.')
})

test('a stopped database is one file that can be copied, and is itself again with its lock', limits, () => {
  const folder = DatabaseByHand.make()
  folder.send(3)
  const epoch = folder.epoch()
  folder.stop()
  folder.copy(folder.subfolder('with'), ['', '.lock'])
  folder.copy(folder.subfolder('without'), [''])
  const epochs: string[] = []
  for (const name of ['with', 'without']) {
    folder.start(join(folder.path, name, 'chat.db'))
    expect(folder.texts()).toEqual(numbers(3))
    epochs.push(folder.epoch())
    folder.stop()
  }
  expect(epochs[0]).toBe(epoch)
  expect(epochs[1]).not.toBe(epoch) // it may be older than what its readers have seen
})

test('a stopped database that was put back tells its readers to begin anew, one that goes on does not', limits, () => {
  const folder = DatabaseByHand.make()
  folder.send(3)
  const epoch = folder.epoch()
  folder.stop()
  folder.copy('backup')
  folder.start()
  expect(folder.epoch()).toBe(epoch)
  folder.send(3)
  folder.kill()
  folder.start()
  expect(folder.epoch()).toBe(epoch)
  folder.stop()
  folder.restore('backup', 'cp', [''])
  folder.start()
  expect(folder.texts()).toEqual(numbers(3))
  const restored = folder.epoch()
  expect(restored).not.toBe(epoch)
  folder.kill()
  folder.start()
  expect(folder.epoch()).toBe(restored)
})

test('a stopped database that was vacuumed by hand goes on for its readers', limits, () => {
  const folder = DatabaseByHand.make()
  folder.send(3)
  folder.stop()
  folder.copy('vacuumed', [''])
  inSqlite(folder.file('vacuumed'), 'VACUUM; PRAGMA wal_checkpoint(TRUNCATE)')
  folder.restore('vacuumed', 'mv', [''])
  folder.start()
  expect(folder.texts()).toEqual(numbers(3))
  expect(folder.epoch()).toBe(folder.firstEpoch)
})

test('a file that was emptied after a stop is not begun anew', limits, () => {
  const folder = DatabaseByHand.make()
  folder.stop()
  truncateSync(folder.db, 0)
  expect(folder.refused()).toContain('chat.db is empty, but it was a database')
  rmSync(folder.db)
  folder.start()
})

test('what an interrupted change of another program left is not undone in this file', limits, () => {
  const folder = DatabaseByHand.make()
  folder.stop()
  folder.copy('other')
  const other = new DatabaseSync(folder.file('other'))
  other.exec('PRAGMA journal_mode = DELETE; PRAGMA cache_size = 1; BEGIN; UPDATE log SET head = 99; CREATE TABLE filler (x)')
  other.exec('WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 100) INSERT INTO filler SELECT zeroblob(4000) FROM n')
  copyFileSync(folder.file('other-journal'), `${folder.db}-journal`)
  other.exec('ROLLBACK')
  other.close()
  expect(folder.refused()).toContain('chat.db-journal was left by another program')
  rmSync(`${folder.db}-journal`)
  folder.start()
})

test.each(['nothing', 'tables'] as const)(
  'a database of a version without marks goes on with its WAL, with %s in the file already',
  limits,
  (inFile) => {
    const folder = DatabaseByHand.make()
    folder.stop()
    folder.remove(['', '-wal', '-shm', '.lock'])
    leaveOlderDatabase(folder.db, inFile)
    folder.start()
    expect(folder.wal.sql.get('SELECT title FROM room')).toEqual({ title: 'Kept' })
    expect(folder.epoch()).toBe(olderEpoch)
    folder.send(3)
    folder.kill()
    leaveOlderDatabase(join(folder.path, 'older'), inFile)
    folder.restore('older', 'cp', [''])
    folder.refused()
    folder.restore('older', 'cp', ['-wal'])
    folder.refused()
  }
)

test('what is no regular file in the place of one beside the database is refused', limits, () => {
  const folder = DatabaseByHand.make()
  folder.stop()
  folder.remove(['-wal', '-shm'])
  const others: [ending: string, put: (path: string) => void][] = [
    ['-wal', (path) => symlinkSync('chat.db', path)],
    ['-wal', (path) => mkdirSync(path)],
    ['-shm', (path) => mkdirSync(path)],
    ['.lock', (path) => execFileSync('mkfifo', [path])]
  ]
  for (const [ending, put] of others) {
    rmSync(folder.db + ending, { force: true })
    put(folder.db + ending)
    expect(folder.refused()).toBe(`${folder.db}${ending} is not a regular file. Move it aside.`)
    rmSync(folder.db + ending, { recursive: true })
  }
})
