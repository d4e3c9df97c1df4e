import { describe, expect, onTestFinished, test } from 'vitest'
import { openPostgresStore } from '../../src/stores/postgres/postgres-store.ts'
import { termsOf } from '../../src/stores/words.ts'
import { noPostgres, PostgresEngine } from '../support/postgres-engine.ts'
import { patient } from './support/postgres-stores.ts'

const atMs = 0

describe.skipIf(noPostgres)(noPostgres ?? 'a search in PostgreSQL', () => {
  test('finds what is far below the newest texts too, page by page, each once and in order', async () => {
    const engine = await PostgresEngine.start()
    onTestFinished(() => engine.remove())
    const url = await engine.createDatabase()
    const store = await openPostgresStore({ url, ...patient })
    onTestFinished(() => store.close())
    const [ana] = await store.commit([
      { kind: 'register', name: 'ana', userKind: 'person', tokenDigest: new Uint8Array(32), atMs }
    ])
    const actor = ana.refused ? expect.unreachable() : ana.user.id
    const expected: string[] = []
    const say = async (from: number, to: number) => {
      for (let n = from; n < to; n++) {
        await store.commit([{ kind: 'send', actor, room: 'general', text: `word ${n}`, atMs }])
        expected.unshift(`word ${n}`)
      }
    }
    await say(0, 120) // more than are looked at in one go
    await engine.sql(url, "SELECT setval('tertulia.text_number', 100000)")
    await say(120, 125)
    await engine.sql(url, "SELECT setval('tertulia.text_number', 119990)") // the next ones are about a round of the newest later
    await say(125, 128)

    const terms = termsOf('word')
    const all: (string | null)[] = []
    let before: number | undefined
    do {
      const { messages, next } = await store.search({ reader: actor, terms, before, limit: 7 })
      all.push(...messages.map(({ text }) => text))
      before = next
    } while (before !== undefined)
    expect(all).toEqual(expected)
    const rare = await store.search({ reader: actor, terms: termsOf('"word 3"'), limit: 7 })
    expect(rare.messages.map(({ text }) => text)).toEqual(['word 3'])
    expect((await store.search({ reader: actor, terms: termsOf('nowhere'), limit: 7 })).messages).toEqual([])
  })
})
