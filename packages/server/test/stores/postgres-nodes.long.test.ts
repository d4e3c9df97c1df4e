import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Command, Results } from '../../src/stores/commands.ts'
import type { PostgresStore } from '../../src/stores/postgres/postgres-store.ts'
import { noPostgres } from '../support/postgres-engine.ts'
import { length } from '../support/test-length.ts'
import { postgresStores } from './support/postgres-stores.ts'

const atMs = Date.UTC(2026, 10, 23, 10)
const digest = (n: number) => new Uint8Array(32).fill(n)

describe.skipIf(noPostgres)(noPostgres ?? 'several servers on one PostgreSQL', () => {
  const open = postgresStores()
  let folder: string
  let nodes: [PostgresStore, PostgresStore, PostgresStore]
  let users: number[]

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tertulia-nodes-'))
    const first = await open(folder)
    nodes = [first, await open(folder), await open(folder)]
    const people = Array.from({ length: 6 }, (_, n) => `user${n}`).map(
      (name, n) => ({ kind: 'register', name, userKind: 'person', tokenDigest: digest(n), atMs }) as const
    )
    users = (await first.commit(people)).map((answer) => (answer.refused ? expect.unreachable() : answer.user.id))
  })
  afterEach(async () => {
    await Promise.all(nodes.map((node) => node.close()))
    rmSync(folder, { recursive: true })
  })

  const send = async (node: PostgresStore, actor: number, text: string, room = 'general'): Promise<Results['send']> => {
    const once = { key: text, fingerprint: digest(1) }
    const [answer] = await node.commit([{ kind: 'send', actor, room, text, once, atMs }])
    return answer.refused ? expect.unreachable(JSON.stringify(answer.refused)) : answer
  }
  const seqsOf = async (node: PostgresStore, log: number): Promise<number[]> => {
    const seqs: number[] = []
    const { head = 0 } = (await node.extents([log])).get(log) ?? {}
    while (seqs.length < head) {
      const page = await node.events(log, seqs.at(-1) ?? 0, head, { limit: 500, bytes: 256 * 1024 })
      if (page.length === 0) break
      seqs.push(...page.map(({ seq }) => seq))
    }
    return seqs
  }

  test('a message that two of them receive at the same time with one key is there once, and both say which it is', async () => {
    const count = length({ short: 400, long: 4_000 })
    const [one, other] = nodes
    const texts = Array.from({ length: count }, (_, n) => `text ${n}`)
    const pairs = await Promise.all(
      texts.map((text, n) => {
        const actor = users[n % users.length] as number
        return Promise.all([send(one, actor, text), send(other, actor, text)])
      })
    )
    const wrong = pairs.filter(([a, b]) => a.message.id !== b.message.id || a.replayed === b.replayed)
    expect(wrong).toEqual([])
    expect(new Set(pairs.map(([{ message }]) => message.id)).size).toBe(count)
    const seqs = await seqsOf(one, 1)
    expect(seqs).toEqual(seqs.map((_, n) => n + 1))
    expect(seqs).toHaveLength(1 + users.length + count) // made, and joined by each with the first message
  })

  test('whatever they do at the same time, no room has a gap, and nothing stands in the way of anything else', async () => {
    const rounds = length({ short: 40, long: 400 })
    const rooms = ['r0', 'r1', 'r2', 'r3']
    for (const name of rooms) {
      await nodes[0].commit([{ kind: 'create-room', actor: users[0] as number, name, title: '', visibility: 'public', atMs }])
    }
    const failed: unknown[] = []
    await Promise.all(
      nodes.map(async (node, which) => {
        for (let round = 0; round < rounds; round++) {
          const commands = users.flatMap((actor, n): Command[] => {
            const room = rooms[(n * 7 + round * 3 + which) % rooms.length] as string
            const member = `user${(n + which) % users.length}`
            const mine = { actor, room, atMs }
            return [
              { kind: 'send', ...mine, text: `${which} ${round} ${n}` },
              { kind: 'mark-read', ...mine, upTo: round * 10 },
              { kind: 'edit', ...mine, id: 3 + ((round + n) % 20), text: `edited ${round}` },
              { kind: 'delete', ...mine, id: 3 + ((round * 5 + n) % 40) },
              n === 1 ? { kind: 'join', ...mine, member } : { kind: 'leave', ...mine, member }
            ]
          })
          const asked = commands.map((command) => node.commit([command]).catch((error) => failed.push(error)))
          await Promise.all(asked)
        }
      })
    )
    expect(failed).toEqual([])
    for (const room of rooms) {
      const { log } = (await nodes[1].room(room, users[0] as number)) ?? expect.unreachable()
      const seqs = await seqsOf(nodes[2], log)
      expect(seqs).toEqual(seqs.map((_, n) => n + 1))
      expect(seqs.length).toBeGreaterThan(rounds)
    }
  })
})
