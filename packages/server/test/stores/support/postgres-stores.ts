import pg from 'pg'
import { afterAll } from 'vitest'
import { openPostgresStore, type PostgresStore } from '../../../src/stores/postgres/postgres-store.ts'
import { PostgresEngine } from '../../support/postgres-engine.ts'

/** A machine that is busy with other tests needs longer than a server should. */
export const patient = { statementMs: 30_000, answerMs: 40_000, lockMs: 30_000, queueMs: 30_000 }

/** Remember what is in the tables of a new chat, and where their numbers begin. */
const remember = `
DO $$ DECLARE one text; BEGIN
  CREATE SCHEMA new_chat;
  FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'tertulia' LOOP
    EXECUTE format('CREATE TABLE new_chat.%I AS SELECT * FROM tertulia.%I', one, one);
  END LOOP;
  CREATE TABLE new_chat.numbers AS SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'tertulia';
END $$`

/** The same again, whatever came in between. */
const renew = `
DO $$ DECLARE one record; BEGIN
  SET LOCAL session_replication_role = replica; -- in whatever order
  FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'tertulia' LOOP
    EXECUTE format('DELETE FROM tertulia.%I', one.tablename);
    EXECUTE format('INSERT INTO tertulia.%I OVERRIDING SYSTEM VALUE SELECT * FROM new_chat.%I', one.tablename, one.tablename);
  END LOOP;
  FOR one IN SELECT * FROM new_chat.numbers LOOP
    PERFORM setval(format('tertulia.%I', one.sequencename), coalesce(one.last_value, 1), one.last_value IS NOT NULL);
  END LOOP;
END $$`

/** One database, which is as new for each folder: to make another one for each takes a hundred times as long. */
class OneDatabase {
  readonly #engine: PostgresEngine
  readonly #url: string
  readonly #admin: pg.Client
  #folder: string | undefined

  static async start(): Promise<OneDatabase> {
    const engine = await PostgresEngine.start()
    const url = await engine.createDatabase()
    await (await openPostgresStore({ url, ...patient })).close()
    const admin = new pg.Client(url)
    await admin.connect()
    await admin.query(remember)
    return new OneDatabase(engine, url, admin)
  }

  private constructor(engine: PostgresEngine, url: string, admin: pg.Client) {
    this.#engine = engine
    this.#url = url
    this.#admin = admin
  }

  async open(folder: string): Promise<PostgresStore> {
    if (folder !== this.#folder) await this.#admin.query(renew)
    this.#folder = folder
    return openPostgresStore({ url: this.#url, ...patient })
  }

  async remove(): Promise<void> {
    await this.#admin.end()
    await this.#engine.remove()
  }
}

/** Opens stores, a new chat for each folder, on one PostgreSQL for the file that asks for it. One folder at a time. */
export function postgresStores(): (folder: string) => Promise<PostgresStore> {
  let database: Promise<OneDatabase> | undefined
  afterAll(async () => (await database)?.remove())
  return async (folder) => {
    database ??= OneDatabase.start()
    return (await database).open(folder)
  }
}
