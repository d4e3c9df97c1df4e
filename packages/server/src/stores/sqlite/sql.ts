import type { Database, Row, Statement, Value } from './driver.ts'

/**
 * One connection and its statements, each prepared once.
 * It holds the connection itself: the addon closes a `DatabaseSync` that nobody holds, under its living statements.
 */
export class Sql {
  readonly db: Database
  readonly #statements = new Map<string, Statement>()
  /** Those whose rows are arrays. */
  readonly #arrayStatements = new Map<string, Statement>()

  constructor(db: Database) {
    this.db = db
  }

  /** The first row, if there is one. */
  get<T = Row>(sql: string, ...values: Value[]): T | undefined {
    return this.#prepared(sql).get(...values) as T | undefined
  }

  all<T = Row>(sql: string, ...values: Value[]): T[] {
    return this.#prepared(sql).all(...values) as T[]
  }

  /** Row by row, each as an array of its columns, which costs half of an object; leaving the loop early ends the read. */
  each<T extends Value[]>(sql: string, ...values: Value[]): IterableIterator<T> {
    let statement = this.#arrayStatements.get(sql)
    if (!statement) {
      statement = this.db.prepare(sql)
      statement.setReturnArrays(true)
      this.#arrayStatements.set(sql, statement)
    }
    return statement.iterate(...values) as unknown as IterableIterator<T>
  }

  /** Change rows; gives the rowid of the last one inserted. */
  run(sql: string, ...values: Value[]): number {
    return Number(this.#prepared(sql).run(...values).lastInsertRowid)
  }

  #prepared(sql: string): Statement {
    let statement = this.#statements.get(sql)
    if (!statement) {
      statement = this.db.prepare(sql)
      this.#statements.set(sql, statement)
    }
    return statement
  }
}
