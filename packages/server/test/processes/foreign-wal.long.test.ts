import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { DatabaseSync } from '../../src/stores/sqlite/driver.ts'
import { length } from '../support/test-length.ts'
import { ask, register } from './support/ask.ts'
import { DatabaseFolder } from './support/database-folder.ts'
import { leaveOlderDatabase, olderEpoch } from './support/older-database.ts'

const limits = { timeout: 10 * 60_000 }
const numbers = (upTo: number) => Array.from({ length: upTo }, (_, n) => n)

/** With its first life stopped and copied, and its second one killed with a WAL. */
async function killedWithCopy(sends = 5) {
  const folder = await DatabaseFolder.make()
  await folder.send(3)
  await folder.stop()
  folder.copy('backup')
  await folder.start()
  await folder.send(sends)
  await folder.kill()
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

const moveWalAside = (folder: DatabaseFolder) => {
  for (const ending of ['-wal', '-shm']) renameSync(folder.db + ending, `${folder.db}${ending}.aside`)
}

describe.each(length({ short: [5], long: [5, 1_500] }))('over the WAL of %i messages', (sends) => {
  test.each(length({ short: ['mv'], long: ['cp', 'mv'] } as const))(
    'a copy put back by %s is refused until the WAL is moved aside',
    limits,
    async (how) => {
      const folder = await killedWithCopy(sends)
      folder.restore('backup', how, [''])
      const said = await folder.refused()
      expect(said).toContain('chat.db-wal was not written for this chat.db')
      expect(said).toContain('move chat.db-wal and chat.db-shm aside')
      folder.copy('refused')

      moveWalAside(folder)
      await folder.start()
      expect(await folder.texts()).toEqual(numbers(3))
      await folder.send(1)
      await folder.stop()

      folder.restore('refused', 'cp')
      folder.restore('killed', how, [''])
      await folder.start()
      expect(await folder.texts()).toEqual(numbers(3 + sends))
      await folder.send(1)
      await folder.stop()
    }
  )

  test('a copy of the file of a running server is refused, or it was not changed since', limits, async () => {
    const folder = await DatabaseFolder.make()
    await folder.send(sends)
    folder.copy('live', [''])
    await folder.send(sends)
    await folder.kill()
    folder.restore('live', 'cp', [''])
    if (sends === 5) {
      await folder.start()
      expect(await folder.texts()).toEqual(numbers(2 * sends))
      await folder.stop()
    } else await folder.refused()
  })

  test('a copy made by VACUUM INTO of the running server and put back is refused', limits, async () => {
    const folder = await DatabaseFolder.make()
    await folder.send(sends)
    inSqlite(folder.db, `VACUUM INTO '${join(folder.path, 'live')}'`)
    await folder.send(5)
    await folder.kill()
    folder.restore('live', 'mv', [''])
    await folder.refused()
    moveWalAside(folder)
    await folder.start()
    expect(await folder.texts()).toEqual(numbers(sends))
    await folder.send(1)
    await folder.stop()
  })

  test('a file that is gone or empty is not begun anew, and the WAL is kept', limits, async () => {
    const folder = await killedWithCopy(sends)
    folder.remove([''])
    expect(await folder.refused()).toContain('chat.db is missing, but')
    folder.remove(['-shm', '.lock'])
    expect(await folder.refused()).toContain('chat.db is missing, but')
    writeFileSync(folder.db, '')
    expect(await folder.refused()).toContain('chat.db is empty, but')
    folder.restore('killed', 'cp')
    await folder.start()
    expect(await folder.texts()).toEqual(numbers(3 + sends))
  })

  test('the file with its WAL and its lock goes on in another folder, and in its own', limits, async () => {
    const folder = await killedWithCopy(sends)
    folder.copy(folder.subfolder('moved'), ['', '-wal', '.lock'])
    const epochs: string[] = []
    for (const db of [join(folder.path, 'moved', 'chat.db'), folder.db]) {
      await folder.start(db)
      expect(await folder.texts()).toEqual(numbers(3 + sends))
      epochs.push(await folder.epoch())
      await folder.stop()
    }
    expect(epochs[0]).toBe(epochs[1])
  })

  test(
    'the file goes on with its WAL where the lock is missing or another, and tells its readers to begin anew',
    limits,
    async () => {
      const folder = await killedWithCopy(sends)
      for (const lose of [() => folder.remove(['.lock']), () => folder.restore('backup', 'cp', ['.lock'])]) {
        folder.restore('killed', 'cp')
        lose()
        await folder.start()
        expect(await folder.texts()).toEqual(numbers(3 + sends))
        expect(await folder.epoch()).not.toBe(folder.firstEpoch)
        await folder.stop()
      }
    }
  )

  test('an older file goes on with its own WAL, and is refused with a newer one', limits, async () => {
    const folder = await killedWithCopy(sends)
    await folder.start()
    await folder.send(2)
    await folder.kill()
    for (const which of [[''], ['', '.lock'], ['-wal'], ['-wal', '.lock']]) {
      folder.copy('newer')
      folder.restore('killed', 'cp', which)
      await folder.refused()
      folder.restore('newer', 'cp')
    }
    folder.restore('killed', 'cp', ['', '-wal'])
    await folder.start()
    expect(await folder.texts()).toEqual(numbers(3 + sends))
    expect(await folder.epoch()).not.toBe(folder.firstEpoch)
  })

  test('a WAL that was put there after a stop is refused', limits, async () => {
    const folder = await killedWithCopy(sends)
    await folder.start()
    await folder.stop()
    folder.restore('killed', 'cp', ['-wal'])
    expect(await folder.refused()).toContain('chat.db-wal was not written for this chat.db')
    folder.remove(['-wal'])
    await folder.start()
    expect(await folder.texts()).toEqual(numbers(3 + sends))
  })
})

test('a copy of the WAL that is older than what the file has is refused, whatever lock lies there', limits, async () => {
  const folder = await DatabaseFolder.make()
  await folder.send(3)
  folder.copy('early', ['-wal', '.lock'])
  await folder.send(3)
  folder.copy('late', ['-wal'])
  await folder.stop()
  folder.copy('stopped')
  for (const loseLock of [() => {}, () => folder.remove(['.lock']), () => folder.restore('early', 'cp', ['.lock'])]) {
    for (const wal of ['early', 'late']) {
      folder.restore('stopped', 'cp')
      loseLock()
      folder.restore(wal, 'cp', ['-wal'])
      expect(await folder.refused()).toContain('chat.db-wal was not written for this chat.db')
    }
  }
  folder.restore('stopped', 'cp')
  folder.remove(['-wal'])
  await folder.start()
  expect(await folder.texts()).toEqual(numbers(6))
})

test('what is no WAL but has its name is refused, and kept', limits, async () => {
  const folder = await DatabaseFolder.make()
  await folder.stop()
  writeFileSync(`${folder.db}-wal`, 'notes\n')
  expect(await folder.refused()).toContain('chat.db-wal is not the WAL of a database. Move it aside.')
  folder.remove([''])
  expect(await folder.refused()).toContain('chat.db-wal is not the WAL of a database. Move it aside.')
})

test('a stopped database is one file that can be copied, and is itself again with its lock', limits, async () => {
  const folder = await DatabaseFolder.make()
  await folder.send(3)
  const epoch = await folder.epoch()
  await folder.stop()
  folder.copy(folder.subfolder('with'), ['', '.lock'])
  folder.copy(folder.subfolder('without'), [''])
  const epochs: string[] = []
  for (const name of ['with', 'without']) {
    await folder.start(join(folder.path, name, 'chat.db'))
    expect(await folder.texts()).toEqual(numbers(3))
    epochs.push(await folder.epoch())
    await folder.stop()
  }
  expect(epochs[0]).toBe(epoch)
  expect(epochs[1]).not.toBe(epoch) // it may be older than what its readers have seen
})

test('a stopped database that was put back tells its readers to begin anew, one that goes on does not', limits, async () => {
  const folder = await DatabaseFolder.make()
  await folder.send(3)
  const epoch = await folder.epoch()
  await folder.stop()
  folder.copy('backup')
  await folder.start()
  expect(await folder.epoch()).toBe(epoch)
  await folder.send(3)
  await folder.kill()
  await folder.start()
  expect(await folder.epoch()).toBe(epoch)
  await folder.stop()
  folder.restore('backup', 'cp', [''])
  await folder.start()
  expect(await folder.texts()).toEqual(numbers(3))
  const restored = await folder.epoch()
  expect(restored).not.toBe(epoch)
  await folder.kill()
  await folder.start()
  expect(await folder.epoch()).toBe(restored)
})

test('a file that was emptied after a stop is not begun anew', limits, async () => {
  const folder = await DatabaseFolder.make()
  await folder.stop()
  truncateSync(folder.db, 0)
  expect(await folder.refused()).toContain('chat.db is empty, but it was a database')
  rmSync(folder.db)
  await folder.start()
})

test('what an interrupted change of another program left is not undone in this file', limits, async () => {
  const folder = await DatabaseFolder.make()
  await folder.stop()
  const other = new DatabaseSync(folder.db)
  other.exec('PRAGMA journal_mode = DELETE; PRAGMA cache_size = 1; BEGIN; UPDATE log SET head = 99; CREATE TABLE filler (x)')
  other.exec('WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 100) INSERT INTO filler SELECT zeroblob(4000) FROM n')
  copyFileSync(`${folder.db}-journal`, join(folder.path, 'left'))
  other.exec('ROLLBACK')
  other.close()
  copyFileSync(join(folder.path, 'left'), `${folder.db}-journal`)
  expect(await folder.refused()).toContain('chat.db-journal was left by another program')
  rmSync(`${folder.db}-journal`)
  await folder.start()
})

test.each(['nothing', 'tables'] as const)(
  'a database of a version without marks goes on with its WAL, with %s in the file already',
  limits,
  async (inFile) => {
    const folder = await DatabaseFolder.make()
    await folder.stop()
    folder.remove(['', '-wal', '-shm', '.lock'])
    leaveOlderDatabase(folder.db, inFile)
    await folder.start()
    folder.token = await register(folder.server?.url ?? '', 'ana')
    const { body } = await ask('GET', `${folder.server?.url}/v1/rooms/general`, { token: folder.token })
    expect(body.title).toBe('Kept')
    expect(await folder.epoch()).toBe(olderEpoch)
    await folder.send(3)
    await folder.kill()
    leaveOlderDatabase(join(folder.path, 'older'), inFile)
    folder.restore('older', 'cp', [''])
    await folder.refused()
    folder.restore('older', 'cp', ['-wal'])
    await folder.refused()
  }
)

test('what is no regular file in the place of one beside the database is refused', limits, async () => {
  const folder = await DatabaseFolder.make()
  await folder.stop()
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
    expect(await folder.refused()).toBe(`${folder.db}${ending} is not a regular file. Move it aside.`)
    rmSync(folder.db + ending, { recursive: true })
  }
})
