import { existsSync } from 'node:fs'
import { folded, wordsIn } from '../../words.ts'
import { openIndex } from '../connection.ts'
import { keepForUsAlone } from '../database-file.ts'
import { sqliteCode, sqliteCorrupt, sqliteNotADatabase } from '../error-code.ts'
import { Sql } from '../sql.ts'
import { removeIndex } from './index-file.ts'

/** A text, its number in the store, and where it stands. */
export interface IndexedText {
  n: number
  body: string
  log: number
  author: number
}

/** Which texts have been looked at: `from <= n <= upTo`. */
export interface Extent {
  from: number
  upTo: number
}

/** Another one is no index of ours, or not of these texts. Words depend on what this Node knows of Unicode. */
const version = 1
const applicationId = 0x54_65_72_53 // “TerS”
const unicode = process.versions.unicode ?? ''

/**
 * `words` keeps no texts. So the one way to take a text out is to say what it was; with `secure-delete` nothing of it stays on the
 * page then. `place` has the room and the author as words (`r17 a5`), so that they narrow a search like any other.
 */
const tables = `
PRAGMA application_id = ${applicationId};
PRAGMA user_version = ${version};
CREATE TABLE state (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  epoch TEXT NOT NULL,
  unicode TEXT NOT NULL,
  begins INTEGER NOT NULL,
  ends INTEGER NOT NULL
);
CREATE VIRTUAL TABLE words USING fts5(body, place, content='', tokenize='ascii');
INSERT INTO words(words, rank) VALUES('secure-delete', 1);
`

const insert = 'INSERT INTO words(rowid, body, place) VALUES(?, ?, ?)'
const remove = "INSERT INTO words(words, rowid, body, place) VALUES('delete', ?, ?, ?)"

/** The words of every text, in a file of its own. It can be lost: it is made again of the texts. */
export class TextIndex {
  readonly #file: string
  readonly #epoch: string
  readonly #newest: () => number
  #sql: Sql
  /** An earlier server made it: it may have words of texts that were erased when nobody took them out. */
  readonly isKept: boolean
  /** How often it was thrown away: who is searching in it has not seen all of it then. */
  remakes = 0

  /**
   * @param epoch   of the store that has the texts
   * @param newest  number of the newest text, where an index that is new begins
   * @param newestAtStart  the same, before anything was added to what lay there
   */
  constructor(file: string, epoch: string, newest: () => number, newestAtStart = newest()) {
    this.#file = file
    this.#epoch = epoch
    this.#newest = newest
    const kept = this.#kept(newestAtStart)
    this.isKept = kept !== undefined
    this.#sql = kept ?? this.#made()
  }

  /** Throw it away and begin anew. */
  remake(): void {
    this.remakes++
    this.#sql.db.close()
    this.#sql = this.#made()
  }

  get extent(): Extent {
    return (
      this.#sql.get<{ from: number; upTo: number }>('SELECT begins AS "from", ends AS upTo FROM state') ?? { from: 1, upTo: 0 }
    )
  }

  /** One transaction: take texts out, put others in, and note what has been looked at. */
  change(gone: readonly IndexedText[], come: readonly IndexedText[], { from, upTo }: Extent): void {
    this.#sql.db.exec('BEGIN IMMEDIATE')
    try {
      for (const text of gone) if (this.has(text.n)) this.#sql.run(remove, text.n, ...columns(text))
      for (const text of come) this.#sql.run(insert, text.n, ...columns(text))
      this.#sql.run('UPDATE state SET begins = ?, ends = ?', from, upTo)
      this.#sql.db.exec('COMMIT')
    } catch (error) {
      if (this.#sql.db.isTransaction) this.#sql.db.exec('ROLLBACK')
      throw error
    }
  }

  has(n: number): boolean {
    return this.#sql.get('SELECT 1 FROM words_docsize WHERE id = ?', n) !== undefined
  }

  /** The numbers of some texts that are in here, in their order. */
  numbersAfter(n: number, limit: number): number[] {
    return this.#sql
      .all<{ id: number }>('SELECT id FROM words_docsize WHERE id > ? ORDER BY id LIMIT ?', n, limit)
      .map(({ id }) => id)
  }

  /** The numbers of the texts that match, the newest first, as they are found. */
  *find(match: string, before: number): Generator<number> {
    const query = 'SELECT rowid FROM words WHERE words MATCH ? AND rowid < ? ORDER BY rowid DESC'
    for (const [n] of this.#sql.each<[number]>(query, match, before)) yield n
  }

  /** Nothing of what was taken out stays in the WAL; false if it could not be emptied. */
  emptyWal(): boolean {
    try {
      const row = this.#sql.get<{ busy: number; log: number }>('PRAGMA wal_checkpoint(TRUNCATE)')
      return row?.busy === 0 && row.log === 0
    } catch {
      return false // a full or failing disk: it is tried again
    }
  }

  close(): void {
    this.emptyWal()
    this.#sql.db.close()
  }

  /** What an earlier server left, if it can be used. */
  #kept(newestAtStart: number): Sql | undefined {
    if (!existsSync(this.#file)) return undefined
    let sql: Sql | undefined
    try {
      keepForUsAlone(this.#file)
      sql = new Sql(openIndex(this.#file))
      const { user_version } = sql.get<{ user_version: number }>('PRAGMA user_version') ?? { user_version: 0 }
      const isOurs =
        user_version === version && sql.get('SELECT 1 FROM state WHERE epoch = ? AND unicode = ?', this.#epoch, unicode)
      // An index that has seen more than there is belongs to other texts.
      const upTo = sql.get<{ ends: number }>('SELECT ends FROM state')?.ends ?? 0
      if (isOurs && upTo <= newestAtStart) return sql
    } catch (error) {
      const code = sqliteCode(error)
      if (code !== sqliteCorrupt && code !== sqliteNotADatabase && !/no such table/.test((error as Error).message)) throw error
    }
    sql?.db.close()
    return undefined
  }

  #made(): Sql {
    removeIndex(this.#file)
    keepForUsAlone(this.#file)
    const sql = new Sql(openIndex(this.#file))
    sql.db.exec(tables)
    const newest = this.#newest()
    const insert = 'INSERT INTO state (one, epoch, unicode, begins, ends) VALUES (1, ?, ?, ?, ?)'
    sql.run(insert, this.#epoch, unicode, newest + 1, newest)
    return sql
  }
}

const columns = ({ body, log, author }: IndexedText): [body: string, place: string] => [
  wordsIn(folded(body)).join(' '),
  `r${log} a${author}`
]
