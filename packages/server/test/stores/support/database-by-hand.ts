import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect } from 'vitest'
import { openReading } from '../../../src/stores/sqlite/connection.ts'
import type { Database, Statement } from '../../../src/stores/sqlite/driver.ts'
import { openDatabase } from '../../../src/stores/sqlite/open-database.ts'
import type { WriteAheadLog } from '../../../src/stores/sqlite/write-ahead-log.ts'
import { StoreOpenError } from '../../../src/stores/store.ts'
import { DatabaseFiles } from '../../support/database-files.ts'

export interface Progress {
  log: number
  checkpointed: number
}

/** As SQLite's `.backup` makes a copy. By a process of its own too, and with the SQLite that is always the same. */
export function backup(from: string, to: string): void {
  const script = `import { backup, DatabaseSync } from '@photostructure/sqlite'
    const db = new DatabaseSync(process.argv[1], { readOnly: true })
    await backup(db, process.argv[2])`
  execFileSync(process.execPath, ['--input-type=module', '-e', script, from, to], { cwd: import.meta.dirname })
}

/** A database that is opened, stopped and killed in this process: all of a server that has to do with the files. */
export class DatabaseByHand extends DatabaseFiles {
  #wal: WriteAheadLog | undefined
  #reader: { db: Database; statement: Statement; rows: Iterator<unknown> } | undefined
  #sent = 0
  firstEpoch = ''

  static make(): DatabaseByHand {
    const database = new DatabaseByHand()
    database.start()
    database.firstEpoch = database.epoch()
    return database
  }

  get wal(): WriteAheadLog {
    if (!this.#wal) throw new Error('The database is not open')
    return this.#wal
  }

  start(db = this.db): void {
    this.#wal = openDatabase(db, 0).wal
  }

  stop(): void {
    this.endReading()
    expect(this.wal.empty()).toBe(true)
    this.end()
  }

  /** The files stay as they are at this moment. */
  kill(): void {
    this.copy('as-it-is')
    this.end()
    this.restore('as-it-is', 'mv')
  }

  /** Others are put in the place of the files: the addon has not closed them before its statements are collected. */
  override end(): void {
    if (!this.#wal) return
    this.endReading()
    this.#wal.close()
    this.#wal = undefined
    this.copy('closed')
    this.restore('closed', 'mv')
  }

  /** What is open is copied by another process: this one would lose its locks. */
  protected override copyFiles(pairs: [from: string, to: string][]): void {
    if (!this.#wal) super.copyFiles(pairs)
    else execFileSync('sh', ['-c', 'while [ $# -gt 0 ]; do cp "$1" "$2"; shift 2; done', 'sh', ...pairs.flat()])
  }

  /** Add as many texts, each different and nearly a page long, in a transaction each, as the writer does. */
  send(count: number): void {
    for (let n = 0; n < count; n++) {
      this.change('INSERT INTO text (body) VALUES (?)', `${this.#sent++} `.padEnd(3_900, 'x'))
    }
  }

  change(sql: string, ...values: (string | number)[]): void {
    this.wal.transaction(() => this.wal.sql.run(sql, ...values))
    this.wal.keepShort()
  }

  texts = (): number[] => this.wal.sql.all<{ n: number }>('SELECT CAST(body AS INTEGER) AS n FROM text').map(({ n }) => n)

  epoch = (): string => this.wal.sql.get<{ epoch: string }>('SELECT epoch FROM meta')?.epoch ?? ''

  progress = (): Progress => this.wal.sql.get<Progress>('PRAGMA wal_checkpoint(NOOP)') as Progress

  /** So much at once that all of the WAL is moved into the file, or as much as a reader allows. */
  fill(): void {
    this.wal.transaction(() => {
      this.wal.sql.db.exec('CREATE TABLE IF NOT EXISTS filler (bytes BLOB)')
      this.wal.sql.run(
        'INSERT INTO filler WITH i(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM i LIMIT 1100) SELECT zeroblob(4000) FROM i'
      )
    })
    this.wal.keepShort()
  }

  /** Be in the way of what is to be moved into the file. */
  beginReading(): void {
    const db = openReading(this.db)
    const statement = db.prepare('SELECT * FROM event') // held: the addon ends what reads a statement that nobody holds
    const rows = statement.iterate()
    rows.next()
    this.#reader = { db, statement, rows }
  }

  endReading(): void {
    this.#reader?.rows.return?.()
    this.#reader?.db.close()
    this.#reader = undefined
  }

  get isRead(): boolean {
    return this.#reader !== undefined
  }

  /** A start that must be refused, and leave every file as it is; gives why. */
  refused(): string {
    const before = this.bytes()
    let why: unknown
    try {
      this.start()
    } catch (error) {
      why = error
    }
    if (!(why instanceof StoreOpenError)) throw new Error('It was not refused', { cause: why })
    expect(why.message).toMatch(/^.+$/)
    expect(this.bytes()).toEqual(before)
    return why.message
  }

  file = (name: string): string => join(this.path, name)
}
