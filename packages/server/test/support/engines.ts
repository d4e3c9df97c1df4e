import { afterAll, beforeAll } from 'vitest'
import { NatsEngine } from './nats-engine.ts'
import { PostgresEngine } from './postgres-engine.ts'

interface Engines {
  postgres: PostgresEngine
  nats: NatsEngine
}

/** A PostgreSQL and a NATS for the tests of one `describe`; they are there once its tests begin. */
export function withEngines(): Engines {
  const engines: Partial<Engines> = {}
  beforeAll(async () => {
    engines.postgres = await PostgresEngine.start()
    engines.nats = await NatsEngine.start()
  })
  afterAll(async () => {
    await engines.postgres?.remove()
    await engines.nats?.stop()
  })
  return engines as Engines
}
