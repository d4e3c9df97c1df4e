import pg from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Command } from '../../src/stores/commands.ts'
import { Batch, wordsOf } from '../../src/stores/postgres/batch.ts'
import { openPostgresStore } from '../../src/stores/postgres/postgres-store.ts'
import { noPostgres, PostgresEngine } from '../support/postgres-engine.ts'
import { patient } from './support/postgres-stores.ts'

const atMs = 0

/** The indexes through which a plan looks into tables, each with the columns it knows; a table, where it reads all of one. */
function lookups(plan: string): string[] {
  const scans = plan.matchAll(/(?:Seq|Index|Only) Scan (?:using (\w+) )?on (\w+).*\n *(.*)/g)
  return Array.from(scans, ([, index, table, condition = '']) => {
    const columns = Array.from(condition.matchAll(/\((\w+) = /g), ([, column]) => column)
    return `${index ?? table} (${columns.join(', ')})`
  })
}

describe.skipIf(noPostgres)(noPostgres ?? 'plans of PostgreSQL', () => {
  test('a message that is sent looks up each row by its key, in a store that is new and in one that has grown', async () => {
    const engine = await PostgresEngine.start()
    onTestFinished(() => engine.remove())
    const url = await engine.createDatabase()
    const store = await openPostgresStore({ url, ...patient })
    onTestFinished(() => store.close())
    const [ana] = await store.commit([
      { kind: 'register', name: 'ana', userKind: 'person', tokenDigest: new Uint8Array(32), atMs }
    ])
    const actor = ana.refused ? expect.unreachable() : ana.user.id
    await store.commit([{ kind: 'join', actor, room: 'general', member: 'ana', atMs }])

    const client = new pg.Client({ connectionString: url, options: '-c search_path=tertulia' })
    const plans: string[] = []
    client.on('notice', ({ message = '' }) => plans.push(message))
    await client.connect()
    onTestFinished(() => client.end())
    await client.query(`LOAD 'auto_explain'; SET auto_explain.log_min_duration = 0; SET auto_explain.log_nested_statements = on`)
    const sending = async (key: string) => {
      const once = { key, fingerprint: new Uint8Array(1) }
      const send: Command = { kind: 'send', actor, room: 'general', text: 'hi', once, atMs }
      await client.query('SET client_min_messages = log')
      await client.query(Batch.call.text, new Batch([{ commands: [send], words: wordsOf([send]) }], false, store.epoch).values())
      await client.query('SET client_min_messages = warning')
      const used = plans.splice(0)
      expect(used.filter((plan) => plan.includes('HashAggregate'))).toEqual([])
      return new Set(used.flatMap(lookups))
    }
    const byKeys = new Set([
      'log_pkey (id)',
      'member_pkey (log, user_id)',
      'room_name_key_key (name_key)',
      'sent_pkey (log, user_id, key)',
      'users_pkey (id)'
    ])
    expect(await sending('first')).toEqual(byKeys)
    await client.query(`
      INSERT INTO log (id, kind, head, first_seq) SELECT n, 'user', 0, 1 FROM generate_series(1001, 3300) n;
      INSERT INTO users (name, name_key, kind, created_at, log) SELECT 'u' || n, 'u' || n, 'person', 0, n FROM generate_series(1001, 3000) n;
      INSERT INTO room (log, name, name_key, title, visibility, archived, rev, created_at)
        SELECT n, 'r' || n, 'r' || n, '', 'public', false, 1, 0 FROM generate_series(3001, 3300) n;
      INSERT INTO member (log, user_id, role, user_key, room_key, read_up_to)
        SELECT 1, id, 'member', name_key, 'general', 0 FROM users WHERE id <> ${actor};
      ANALYZE`)
    expect(await sending('second')).toEqual(byKeys)
  })
})
