import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { presenceNews } from '../../src/buses/bus.ts'
import { LocalBus } from '../../src/buses/local.ts'
import { Presence } from '../../src/feeds/presence.ts'
import { type LeasePace, SharedWhereabouts } from '../../src/feeds/whereabouts/shared-whereabouts.ts'
import type { RoomWhereabouts } from '../../src/feeds/whereabouts/whereabouts.ts'
import { keyRange } from '../../src/stores/key-range.ts'
import { openPostgresStore, type PostgresStore } from '../../src/stores/postgres/postgres-store.ts'
import type { PresenceTable } from '../../src/stores/presence-table.ts'
import type { StoredUser } from '../../src/stores/records.ts'
import { StoreError } from '../../src/stores/store.ts'
import { patient } from '../stores/support/postgres-stores.ts'
import { noPostgres, PostgresEngine } from '../support/postgres-engine.ts'
import { storedUser } from '../support/stored-user.ts'
import { length } from '../support/test-length.ts'
import { FaultBus } from './fault-bus.ts'
import { KnownPresence } from './known-presence.ts'
import { Random } from './random.ts'

const people = ['ana', 'luis', 'marta', 'nuria', 'pablo'].map((name, n) => storedUser(n + 1, name))
const nameOf = new Map(people.map(({ id, name }) => [id, name]))
const everybodyIsMember = async (users: readonly number[]) =>
  people
    .filter(({ id }) => users.includes(id))
    .map(({ name, key, kind }) => ({ key, member: { name, kind, role: 'member' as const } }))
const log = 1

/** So short that a lease runs out within a test. */
const pace: LeasePace = { graceMs: 60, leaseMs: 500, renewMs: 120, lookMs: 40, gatherMs: 4, settleMs: 250, forgetMs: 150 }
/** Nothing runs out, and nothing is looked at without a hint. */
const patientPace: LeasePace = { ...pace, leaseMs: 3_600_000, renewMs: 3_600_000, lookMs: 3_600_000, forgetMs: 3_600_000 }

/** A server, as far as it tells who is connected to a room. */
class Node {
  readonly whereabouts: SharedWhereabouts
  readonly notes: { connected: string[]; disconnected: string[]; more: boolean }[] = []
  readonly readers: KnownPresence[] = []
  readonly errors: unknown[] = []
  /** Who follows at it, with how many streams. */
  readonly here = new Map<StoredUser, number>()
  state: 'well' | 'frozen' | 'killed' = 'well'
  /** PostgreSQL is away, as this server sees it. */
  isCutOff = false
  /** The call to the table that it is frozen at. */
  freezesAt: keyof PresenceTable | undefined
  #room: RoomWhereabouts
  #presence: Presence
  #thawed = Promise.resolve()
  #thaw = () => {}
  #die = (_why: Error) => {}
  readonly #killed = new Promise<never>((_, reject) => {
    this.#die = reject
  })
  readonly #ticking: NodeJS.Timeout
  #isTelling = false

  constructor(table: PresenceTable, bus: FaultBus | LocalBus, speed: LeasePace = pace) {
    this.whereabouts = new SharedWhereabouts({
      table: this.#guarded(table),
      bus,
      pace: speed,
      onError: (error) => this.errors.push(error)
    })
    this.#killed.catch(() => {})
    ;[this.#room, this.#presence] = this.#open()
    this.#ticking = setInterval(() => void this.#tell(), 8)
  }

  #open(): [RoomWhereabouts, Presence] {
    const room: RoomWhereabouts = this.whereabouts.open(log, (user) => presence.changed(user))
    const presence = new Presence('ops', 0, room.present)
    return [room, presence]
  }

  get known(): Promise<void> {
    return this.#room.known
  }

  get names(): string[] {
    return [...nameOf.values()].filter((name) => this.#room.present.has(name))
  }

  /** Nothing of it goes on while it stands still. */
  #guarded(table: PresenceTable): PresenceTable {
    return new Proxy(table, {
      get: (target, name) => {
        const call = Reflect.get(target, name) as (...args: unknown[]) => Promise<unknown>
        return async (...args: unknown[]) => {
          if (name === this.freezesAt) this.freeze()
          await this.#thawed
          if (this.isCutOff) throw new StoreError('storage-busy', 'away')
          const answer = await call.apply(target, args)
          await this.#thawed
          if (this.isCutOff) throw new StoreError('storage-busy', 'away before it has answered')
          return answer
        }
      }
    })
  }

  enter(person: StoredUser): void {
    this.here.set(person, (this.here.get(person) ?? 0) + 1)
    this.#room.enter(person)
  }

  leave(person: StoredUser): void {
    const streams = this.here.get(person) ?? 0
    if (streams === 0) return
    if (streams > 1) this.here.set(person, streams - 1)
    else this.here.delete(person)
    this.#room.leave(person, performance.now())
  }

  freeze(): void {
    if (this.state !== 'well') return
    this.state = 'frozen'
    this.#thawed = new Promise((resolve) => {
      this.#thaw = resolve
    })
  }

  thaw(): void {
    if (this.state !== 'frozen') return
    this.state = 'well'
    this.#thaw()
  }

  kill(): void {
    this.thaw()
    this.freeze()
    this.state = 'killed'
    this.#die(new Error('the server was killed'))
    clearInterval(this.#ticking)
  }

  /** A reader here who asks for the list at some server. */
  async addReader(server: Node): Promise<void> {
    let asked = server
    await this.known
    const reader = new KnownPresence(async () => {
      for (;;) {
        try {
          const found = await Promise.race([asked.whereabouts.within(log, keyRange({}), 100), asked.#killed])
          return found.map(({ user }) => nameOf.get(user) as string)
        } catch {
          if (asked.state === 'killed') asked = this // behind the balancer there are others
          await wait(5)
        }
      }
    })
    this.readers.push(reader)
    void reader.ask()
  }

  async #tell(): Promise<void> {
    if (this.state !== 'well' || this.#isTelling) return
    this.#isTelling = true
    const nowMs = performance.now()
    this.whereabouts.letGo(nowMs)
    const note = await this.#presence.note(nowMs, everybodyIsMember)
    this.#isTelling = false
    if (!note) return
    this.notes.push(note)
    for (const reader of this.readers) reader.hear(note)
  }

  async stop(): Promise<void> {
    clearInterval(this.#ticking)
    this.isCutOff = false
    this.#thaw()
    await this.whereabouts.close()
  }
}

describe.skipIf(noPostgres)(noPostgres ?? 'several servers that share who is connected', { timeout: 120_000 }, () => {
  let engine: PostgresEngine
  let store: PostgresStore
  let admin: pg.Client
  beforeAll(async () => {
    engine = await PostgresEngine.start()
    const url = await engine.createDatabase()
    store = await openPostgresStore({ url, ...patient })
    admin = new pg.Client({ connectionString: url, options: '-c search_path=tertulia' })
    await admin.connect()
  })
  afterAll(async () => {
    await store.close()
    await admin.end()
    await engine.remove()
  })
  const empty = async () => {
    for (const each of ['node', 'presence']) await admin.query(`DELETE FROM ${each}`)
  }
  /** At how many servers somebody is, as it is written. */
  const places = async (name: string) =>
    Number((await admin.query('SELECT count(*) FROM presence WHERE here AND name = $1', [name])).rows[0].count)
  /** Let the lease end under which somebody is written. */
  const runOut = (name: string) =>
    admin.query(
      'UPDATE node SET lease_until = clock_timestamp() WHERE id IN (SELECT node FROM presence WHERE here AND name = $1)',
      [name]
    )

  async function open(count: number, speed: LeasePace, busOf: () => FaultBus | LocalBus): Promise<Node[]> {
    await empty()
    const nodes = Array.from({ length: count }, () => new Node(store, busOf(), speed))
    onTestFinished(async () => void (await Promise.all(nodes.map((node) => node.stop()))))
    await Promise.all(nodes.map((node) => node.known))
    return nodes
  }
  const one = async (count: number, speed = pace) => {
    const bus = new LocalBus(true)
    const nodes = (await open(count, speed, () => bus)) as [Node, Node, Node]
    return { nodes, people: people as [StoredUser, StoredUser, StoredUser] }
  }
  const soon = { timeout: 60_000, interval: 5 }
  const seen = (node: Node, names: string[]) => expect.poll(() => node.names, soon).toEqual(names)
  const told = (node: Node) => node.notes.map(({ connected, disconnected }) => [connected.join(), disconnected.join()])

  test('each tells once who comes and goes at any of them', async () => {
    const { nodes, people } = await one(3, patientPace)
    const [near] = nodes
    near.enter(people[0])
    near.enter(people[0])
    for (const node of nodes) await expect.poll(() => told(node), soon).toEqual([['ana', '']])
    near.leave(people[0])
    near.leave(people[0])
    for (const node of nodes) {
      await expect
        .poll(() => told(node), soon)
        .toEqual([
          ['ana', ''],
          ['', 'ana']
        ])
      expect(node.names).toEqual([])
    }
  })

  test('whoever is still at another, or has gone there in time, is told by none', async () => {
    const { nodes, people } = await one(3, { ...patientPace, graceMs: 3_600_000 })
    const [near, far] = nodes
    const [ana, luis, marta] = people
    near.enter(ana)
    far.enter(ana)
    near.enter(luis)
    for (const node of nodes) await seen(node, ['ana', 'luis'])
    near.leave(ana)
    near.leave(luis)
    far.enter(luis)
    await expect.poll(() => places('luis'), soon).toBe(2)
    near.whereabouts.letGo(Infinity)
    await expect.poll(async () => [await places('ana'), await places('luis')], soon).toEqual([1, 1])
    near.enter(marta)
    for (const node of nodes) {
      await expect.poll(() => node.notes.flatMap(({ connected }) => connected).sort(), soon).toEqual(['ana', 'luis', 'marta'])
      expect(node.notes.flatMap(({ disconnected }) => disconnected)).toEqual([])
    }
  })

  test('the people of one that is killed are told as gone once, unless they came back elsewhere meanwhile', async () => {
    const { nodes, people } = await one(3, { ...patientPace, lookMs: 20 })
    const [killed, other] = nodes
    killed.enter(people[0])
    killed.enter(people[1])
    for (const node of nodes) await seen(node, ['ana', 'luis'])
    killed.kill()
    other.enter(people[1])
    await expect.poll(() => places('luis'), soon).toBe(2)
    await runOut('ana')
    other.enter(people[2])
    for (const node of nodes.slice(1)) {
      await seen(node, ['luis', 'marta'])
      // That luis is still there may be told again.
      await expect
        .poll(() => [...new Set(node.notes.flatMap(({ connected }) => connected))].sort(), soon)
        .toEqual(['ana', 'luis', 'marta'])
      await expect.poll(() => node.notes.flatMap(({ disconnected }) => disconnected), soon).toEqual(['ana'])
    }
  })

  test('one that was frozen for longer than its lease is believed gone, and then it is back with its people', async () => {
    const { nodes, people } = await one(2, { ...patientPace, lookMs: 20, settleMs: 20 })
    const [frozen, other] = nodes
    frozen.enter(people[0])
    await expect.poll(() => told(other), soon).toEqual([['ana', '']])
    frozen.freeze()
    await runOut('ana')
    await expect.poll(() => told(other).at(-1), soon).toEqual(['', 'ana'])
    frozen.thaw()
    await expect.poll(() => told(other).at(-1), soon).toEqual(['ana', ''])
    // Whoever follows at that one may have been answered without her meanwhile.
    await expect
      .poll(() => told(frozen), soon)
      .toEqual([
        ['ana', ''],
        ['ana', '']
      ])
  })

  test('one that was frozen while it read is not missing what was forgotten meanwhile', async () => {
    const { nodes, people } = await one(2, { ...patientPace, lookMs: 20, settleMs: 20, graceMs: 0 })
    const [frozen, other] = nodes
    frozen.enter(people[1])
    other.enter(people[0])
    for (const node of nodes) await seen(node, ['ana', 'luis'])
    frozen.freezesAt = 'presenceAfter'
    other.leave(people[0])
    await expect.poll(() => frozen.state, soon).toBe('frozen')
    frozen.freezesAt = undefined
    for (const { node, batch } of await store.liveNodes()) await store.forgetGone(node, batch)
    await runOut('luis')
    frozen.thaw()
    for (const node of nodes) await seen(node, ['luis'])
  })

  test('when the table was emptied, each writes its people again, and who was told as connected is not told as gone', async () => {
    const { nodes, people } = await one(2, { ...pace, leaseMs: 3_600_000, settleMs: 60_000 })
    const [near, far] = nodes
    near.enter(people[0])
    far.enter(people[1])
    for (const node of nodes) await seen(node, ['ana', 'luis'])
    await empty()
    const listed = async () => (await near.whereabouts.within(log, keyRange({}), 9)).map(({ key }) => key)
    await expect.poll(listed, soon).toEqual(['ana', 'luis'])
    for (const node of nodes) {
      expect(node.names).toEqual(['ana', 'luis'])
      expect(node.notes.flatMap(({ disconnected }) => disconnected)).toEqual([])
    }
  })

  test('while PostgreSQL is away nothing is lost or told, and when it is back all agree', async () => {
    const { nodes, people } = await one(2)
    const [near, far] = nodes
    near.enter(people[0])
    for (const node of nodes) await seen(node, ['ana'])
    for (const node of nodes) node.isCutOff = true
    near.enter(people[1])
    far.enter(people[2])
    near.leave(people[0])
    await expect.poll(() => nodes.every(({ errors }) => errors.length > 2), soon).toBe(true)
    for (const node of nodes) node.isCutOff = false
    for (const node of nodes) await seen(node, ['luis', 'marta'])
    expect(far.errors.every((error) => error instanceof StoreError)).toBe(true)
  })

  test('one that is stopped leaves its people in place until their grace is over', async () => {
    for (const graceMs of [3_600_000, 60]) {
      const { nodes, people } = await one(2, { ...patientPace, lookMs: 20, graceMs })
      const [stopped, other] = nodes
      stopped.enter(people[0])
      await seen(other, ['ana'])
      stopped.leave(people[0])
      await stopped.stop()
      if (graceMs === 60) await seen(other, [])
      else expect(await other.whereabouts.among(log, ['ana'])).toEqual(new Set(['ana']))
    }
  })

  /** Two of which the second looks only when it is told to. */
  async function apart(speed: LeasePace) {
    await empty()
    const bus = new LocalBus(true)
    const [near, other] = [new Node(store, new LocalBus(true), speed), new Node(store, bus, patientPace)] as const
    onTestFinished(async () => void (await Promise.all([near.stop(), other.stop()])))
    await Promise.all([near.known, other.known])
    let hints = 0
    const reader = async () => {
      await other.addReader(other)
      return other.readers.at(-1) as KnownPresence
    }
    return { near, other, ana: people[0] as StoredUser, reader, look: () => bus.publish({ log: presenceNews, head: ++hints }) }
  }

  test('who was answered with somebody who came and went before another looked hears there that they are gone', async () => {
    const { near, ana, reader, look } = await apart({ ...patientPace, graceMs: 0 })
    near.enter(ana)
    await expect.poll(() => places('ana'), soon).toBe(1)
    const answered = await reader()
    await expect.poll(() => answered.names, soon).toEqual(['ana'])
    near.leave(ana)
    await expect.poll(() => places('ana'), soon).toBe(0)
    look()
    await expect.poll(() => answered.names, soon).toEqual([])
  })

  test('who was answered without somebody who went and came back before another looked hears there that they are connected', async () => {
    const { near, other, ana, reader, look } = await apart({ ...patientPace, graceMs: 0 })
    near.enter(ana)
    await expect.poll(() => places('ana'), soon).toBe(1)
    look()
    await seen(other, ['ana'])
    near.leave(ana)
    await expect.poll(() => places('ana'), soon).toBe(0)
    const answered = await reader()
    await expect.poll(() => answered.names, soon).toEqual([])
    near.enter(ana)
    await expect.poll(() => places('ana'), soon).toBe(1)
    look()
    await expect.poll(() => answered.names, soon).toEqual(['ana'])
  })

  test.each(['there', 'here'])('so does who was answered between the end of a lease and her coming back %s', async (where) => {
    const { near, other, ana, reader, look } = await apart({ ...patientPace, lookMs: 20 })
    near.enter(ana)
    await expect.poll(() => places('ana'), soon).toBe(1)
    look()
    await seen(other, ['ana'])
    near.freeze()
    await runOut('ana')
    const answered = await reader()
    await expect.poll(() => answered.names, soon).toEqual([])
    if (where === 'there') near.thaw()
    else other.enter(ana)
    await expect.poll(() => places('ana'), soon).toBe(2)
    look()
    await expect.poll(() => answered.names, soon).toEqual(['ana'])
  })

  test('who is not written yet is in no list: were the server killed, nobody would hear that they are gone', async () => {
    const { nodes, people } = await one(2, { ...patientPace, gatherMs: 3_600_000 })
    const [near] = nodes
    near.enter(people[0])
    expect(await near.whereabouts.within(log, keyRange({}), 9)).toEqual([])
    expect(await near.whereabouts.among(log, ['ana'])).toEqual(new Set())
  })

  test('many who come at once are written together', async () => {
    await empty()
    let writes = 0
    const counting = new Proxy<PresenceTable>(store, {
      get: (target, name) => {
        if (name === 'writePresence') writes++
        return (Reflect.get(target, name) as () => unknown).bind(target)
      }
    })
    const [busy, other] = [
      new Node(counting, new LocalBus(true), patientPace),
      new Node(store, new LocalBus(true), { ...patientPace, lookMs: 20 })
    ]
    onTestFinished(async () => void (await Promise.all([busy.stop(), other.stop()])))
    await other.known
    const room = busy.whereabouts.open(2, () => {})
    for (let n = 1; n <= 3_500; n++) room.enter(storedUser(n, `guest${n}`))
    const listed = () => other.whereabouts.among(2, ['guest1', 'guest3500', 'guest3501'])
    await expect.poll(listed, soon).toEqual(new Set(['guest1', 'guest3500']))
    expect(writes).toBeLessThanOrEqual(10)
  })

  const seeds = Array.from({ length: length({ short: 3, long: 40 }) }, (_, n) => n + 1)
  test.each(seeds)('whatever happens to them, all readers know in the end who is there (seed %i)', async (seed) => {
    const random = new Random(seed)
    const bus = new LocalBus(true)
    const nodes = await open(3, pace, () => new FaultBus(random, bus))
    const well = () => nodes.filter(({ state }) => state === 'well')
    for (let step = random.between(80, 160); step > 0; step--) {
      const [node, asked] = [random.pick(nodes), random.pick(nodes)]
      if (node.state === 'well') {
        const person = random.pick(people)
        if (random.chance(0.5)) node.enter(person)
        else node.leave(person)
        if (random.chance(0.15)) void node.addReader(asked)
      }
      if (random.chance(0.03)) node.freeze()
      else if (random.chance(0.1)) node.thaw()
      if (random.chance(0.03)) node.isCutOff = true
      else if (random.chance(0.15)) node.isCutOff = false
      if (random.chance(0.01)) await empty()
      if (random.chance(0.005) && well().length > 1) node.kill()
      if (random.chance(0.3)) await wait(random.between(0, 40))
      await random.turns(3)
    }
    for (const node of nodes) {
      node.isCutOff = false
      node.thaw()
    }
    const truth = () =>
      [...nameOf.values()].filter((name) => well().some(({ here }) => [...here.keys()].some((one) => one.name === name)))
    for (const node of well()) {
      await node.addReader(node)
      await seen(node, truth())
      for (const reader of node.readers) await expect.poll(() => reader.names, soon).toEqual(truth())
      expect(node.errors.filter((error) => !(error instanceof StoreError))).toEqual([])
    }
  })
})
