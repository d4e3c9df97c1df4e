import { expect, test } from 'vitest'
import { Batch, type Group, type Outcome } from '../../src/stores/sqlite/batch.ts'
import type { SqliteCommand } from '../../src/stores/sqlite/commands/carry-out.ts'
import { Random } from '../feeds/random.ts'
import { seedOfThisRun } from '../processes/support/random.ts'
import { length } from '../support/test-length.ts'
import { DatabaseByHand } from './support/database-by-hand.ts'

const batches = length({ short: 150, long: 3_000 })

const names = ['ana', 'luis', 'marta', 'pedro', 'zoe']
const rooms = ['general', 'general', 'general', 'ops', 'ops', 'Ops', 'none']
const roles = ['owner', 'moderator', 'member', 'banned'] as const
const usual = ['send', 'send', 'edit', 'delete', 'mark-read', 'mark-read', 'join', 'leave', 'set-role'] as const
const rare = ['create-room', 'change-room', 'register', 'set-admin', 'disable-user', 'make-invite', 'join-by-invite'] as const
const rarest = ['leave-for-ever', 'register-lab', 'collect-lab', 'broken'] as const

/** Commands that make sense now and then; what they mean depends on all that came before. */
class Commands {
  readonly #random: Random
  #n = 0

  constructor(random: Random) {
    this.#random = random
  }

  everybody(): Group {
    return names.map((name) => ({ kind: 'register', name, userKind: 'person', tokenDigest: digest(++this.#n), atMs: 0 }))
  }

  batch(): Group[] {
    return this.#some(8, () => this.#some(2, () => this.#command()))
  }

  #some<T>(most: number, make: () => T): T[] {
    return Array.from({ length: this.#random.between(1, most) }, make)
  }

  #command(): SqliteCommand {
    const random = this.#random
    const n = ++this.#n
    const atMs = n
    const actor = random.between(1, 6)
    const room = random.pick(rooms)
    const place = { actor, room, atMs }
    const user = random.between(1, 6)
    const member = random.pick(names)
    const once = random.chance(0.3) ? { key: `k${random.between(1, 3)}`, fingerprint: digest(1) } : undefined
    const kind = random.chance(0.8) ? random.pick(usual) : random.chance(0.8) ? random.pick(rare) : random.pick(rarest)
    switch (kind) {
      case 'send':
        return { kind, ...place, text: `text ${n}`, once }
      case 'broken': // what no service lets through: it cannot be kept, and all of its batch is rolled back
        return { kind: 'send', ...place, room: 'general', text: Symbol('text') as unknown as string }
      case 'edit':
        return { kind, ...place, id: random.between(1, 80), text: `text ${n}` }
      case 'delete':
        return { kind, ...place, id: random.between(1, 40) }
      case 'mark-read':
        return { kind, ...place, upTo: random.between(1, 60) }
      case 'join':
      case 'leave':
        return { kind, ...place, member }
      case 'set-role':
        return { kind, ...place, member, role: random.pick(roles) }
      case 'create-room':
        return { kind, actor, name: room, title: '', visibility: random.pick(['public', 'private']), atMs }
      case 'change-room':
        return {
          kind,
          ...place,
          changes: { visibility: random.chance(0.8) ? 'public' : 'private', archived: random.chance(0.1) }
        }
      case 'register':
        return { kind, name: member, userKind: 'person', tokenDigest: digest(n), atMs }
      case 'set-admin':
        return { kind, user, admin: random.chance(0.3) }
      case 'disable-user':
        return { kind, user, disabled: random.chance(0.2), atMs }
      case 'make-invite':
        return {
          kind,
          actor,
          by: null,
          room,
          role: 'member',
          admin: false,
          uses: 2,
          expiresAtMs: atMs + 99,
          codeDigest: digest(n),
          atMs
        }
      case 'join-by-invite':
        return { kind, ...place, codeDigest: digest(n - random.between(1, 50)) }
      case 'leave-for-ever':
        return { kind, actor, by: digest(random.between(1, n)), atMs }
      case 'register-lab':
        return { kind, name: member, room: 'general', atMs }
      case 'collect-lab':
        return { kind, actor, room: 'general', page: { limit: 9, bytes: 999 } }
      default:
        return kind satisfies never
    }
  }
}

function digest(n: number): Uint8Array {
  const bytes = new Uint8Array(32)
  new DataView(bytes.buffer).setUint32(0, n)
  return bytes
}

const told = (outcomes: Outcome[]) => outcomes.map((outcome) => ('failure' in outcome ? outcome.failure.code : outcome.answers))

const tables = ['user', 'log', 'room', 'member', 'event', 'message', 'text', 'sent', 'invite', 'lab']
const contents = ({ wal }: DatabaseByHand) =>
  Object.fromEntries(tables.map((table) => [table, wal.sql.all(`SELECT * FROM ${table}`).map((row) => ({ ...row }))]))

test('what the writer remembers never shows: a writer that asks the file each time gives the same answers and leaves the same file', () => {
  const seed = seedOfThisRun()
  const commands = new Commands(new Random(seed))
  const remembering = DatabaseByHand.make()
  const asking = DatabaseByHand.make()
  const kept = new Batch(remembering.wal, 'epoch', remembering.db)
  let refused = 0
  let failed = 0
  let done = 0
  for (let n = 0; n < batches; n++) {
    const groups = n === 0 ? [commands.everybody()] : commands.batch()
    const answered = told(kept.run(groups))
    const expected = told(groups.flatMap((group) => new Batch(asking.wal, 'epoch', asking.db).run([group])))
    expect(answered, `SEED=${seed}, batch ${n}: ${JSON.stringify(groups)}`).toEqual(expected)
    for (const answers of answered) {
      if (typeof answers === 'string') failed++
      else for (const { refused: why } of answers) why ? refused++ : done++
    }
    if (n % 25 === 0 || n === batches - 1) expect(contents(remembering), `SEED=${seed}, batch ${n}`).toEqual(contents(asking))
  }
  expect(Math.min(refused, failed, done)).toBeGreaterThan(0)
})

const opened = () => {
  const database = DatabaseByHand.make()
  const batch = new Batch(database.wal, 'epoch', database.db)
  const run = (...group: Group) => told(batch.run([group]))[0]
  const register = (name: string, n: number) =>
    ({ kind: 'register', name, userKind: 'person', tokenDigest: digest(n), atMs: 0 }) as const
  return { database, run, register }
}
const send = (room: string, text: string) => ({ kind: 'send', actor: 1, room, text, atMs: 0 }) as const
const broken = { ...send('general', ''), text: Symbol('text') as unknown as string }

test('of what is rolled back nothing is remembered: neither who was made, nor where they may write, nor how far a log came', () => {
  const { run, register } = opened()
  const opens = { kind: 'create-room', actor: 1, name: 'ops', title: '', visibility: 'public', atMs: 0 } as const
  expect(run(register('ana', 1), send('general', 'one'), opens, send('ops', 'two'), broken)).toBe('unexpected')
  expect(run(send('ops', 'three'))).toEqual([{ refused: { code: 'room-not-found' } }])
  run(register('luis', 2))
  expect(run(send('general', 'four'))).toEqual([
    expect.objectContaining({ message: expect.objectContaining({ id: 3, author: { name: 'luis', kind: 'person' } }) })
  ])
})

test('whoever writes, leaves and comes back in one batch has read what was there when they came', () => {
  const { database, run, register } = opened()
  run(register('ana', 1))
  const place = { actor: 1, room: 'general', member: 'ana', atMs: 0 }
  run(send('general', 'one'), { kind: 'leave', ...place }, { kind: 'join', ...place })
  expect(database.wal.sql.get('SELECT head, readUpTo FROM log JOIN member ON log = id WHERE kind = ?', 'room')).toEqual({
    head: 5,
    readUpTo: 5
  })
})

test('a marker that a message has moved is not moved back by a mark in the same batch', () => {
  const { run, register } = opened()
  run(register('ana', 1))
  const mark = { kind: 'mark-read', actor: 1, room: 'general', upTo: 2, atMs: 0 } as const
  expect(run(send('general', 'one'), mark)).toEqual([
    expect.objectContaining({ message: expect.objectContaining({ id: 3 }) }),
    { log: 1, head: 3, readUpTo: 3 }
  ])
})
