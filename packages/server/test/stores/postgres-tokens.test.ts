import { describe, expect, onTestFinished, test } from 'vitest'
import { connectionOptions, loadDriver, usualLimits } from '../../src/stores/postgres/connection.ts'
import { openPostgresStore } from '../../src/stores/postgres/postgres-store.ts'
import { TokenLookups } from '../../src/stores/postgres/reads/tokens.ts'
import { StoreError } from '../../src/stores/store.ts'
import { noPostgres, PostgresEngine } from '../support/postgres-engine.ts'
import { patient } from './support/postgres-stores.ts'

const digestOf = (n: number) => new Uint8Array(32).fill(n)

describe.skipIf(noPostgres)(noPostgres ?? 'lookups of tokens in PostgreSQL', () => {
  test('tokens that are asked for together are one question, and each is answered for itself', async () => {
    const engine = await PostgresEngine.start()
    onTestFinished(() => engine.remove())
    const url = await engine.createDatabase()
    const store = await openPostgresStore({ url, ...patient })
    onTestFinished(() => store.close())
    const names = Array.from({ length: 60 }, (_, n) => `ana${n}`)
    for (const [n, name] of names.entries())
      await store.commit([{ kind: 'register', name, userKind: 'person', tokenDigest: digestOf(n), atMs: 0 }])

    const { Client } = await loadDriver()
    const client = new Client(await connectionOptions(url, usualLimits))
    await client.connect()
    onTestFinished(() => client.end())
    let questions = 0
    const all = async <T extends object>(text: string, ...values: unknown[]) => {
      questions++
      return (await client.query<T & Record<string, unknown>>(text, values)).rows as T[]
    }
    const lookups = new TokenLookups({ all })
    const asked = [...names.keys(), 7, 200]
    const found = await Promise.all(asked.map((n) => lookups.find(digestOf(n))))
    expect(found.map((token) => token?.user.name)).toEqual([...names, 'ana7', undefined])
    expect(questions).toBe(1)
  })

  test('where there is no answer, all who asked hear so, and the next one is asked for anew', async () => {
    let isAway = true
    const all = async () => {
      if (isAway) throw new StoreError('storage-busy', 'away')
      return []
    }
    const lookups = new TokenLookups({ all })
    const found = await Promise.allSettled([1, 2].map((n) => lookups.find(digestOf(n))))
    expect(found.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    isAway = false
    expect(await lookups.find(digestOf(1))).toBeUndefined()
  })
})
