import type { Pool } from 'pg'
import { unavailable } from './error-code.ts'

/** Asks the database, each question prepared once on each connection. */
export class Reader {
  readonly #pool: Pool
  readonly #names = new Map<string, string>()

  constructor(pool: Pool) {
    this.#pool = pool
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
      return rows
    } catch (error) {
      throw unavailable(error)
    }
  }

  async first<T extends object>(text: string, ...values: unknown[]): Promise<T | undefined> {
    return (await this.all<T>(text, ...values))[0]
  }
}
