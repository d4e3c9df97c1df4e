import type { Pool } from 'pg'
import type { Answering } from './answering.ts'
import { unavailable } from './error-code.ts'

/** Asks the database, each question prepared once on each connection. */
export class Reader {
  readonly #pool: Pool
  readonly #answering: Answering
  readonly #names = new Map<string, string>()

  constructor(pool: Pool, answering: Answering) {
    this.#pool = pool
    this.#answering = answering
  }

  /** @throws StoreError storage-busy when there is no answer */
  async all<T extends object>(text: string, ...values: unknown[]): Promise<T[]> {
    let name = this.#names.get(text)
    if (name === undefined) {
      name = `read${this.#names.size}`
      this.#names.set(text, name)
    }
    try {
      const { rows } = await this.#pool.query<T>({ name, text, values })
      this.#answering.noted()
      return rows
    } catch (error) {
      this.#answering.failed(error)
      throw unavailable(error)
    }
  }

  async first<T extends object>(text: string, ...values: unknown[]): Promise<T | undefined> {
    return (await this.all<T>(text, ...values))[0]
  }
}
