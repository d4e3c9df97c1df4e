import { type LogEvent, ownLogName } from '@tertulia/protocol'
import type { Bus } from '../../src/buses/bus.ts'
import type { FeedStore } from '../../src/feeds/feed.ts'
import type { Subscription } from '../../src/feeds/subscriber.ts'
import { Announcer } from '../../src/services/announcer.ts'
import { EventService } from '../../src/services/events.ts'
import { RoomService } from '../../src/services/rooms.ts'
import type { Added, Command } from '../../src/stores/commands.ts'
import type { Extent } from '../../src/stores/records.ts'
import type { Store } from '../../src/stores/store.ts'
import type { StreamContext } from '../../src/streams/stream.ts'
import type { WaiterContext } from '../../src/streams/waiter.ts'
import type { Engine } from './engine.ts'
import { FaultBus } from './fault-bus.ts'
import type { AskWhoIsHere } from './known-presence.ts'
import type { People } from './people.ts'
import { Random } from './random.ts'
import { Rights } from './rights.ts'
import { TestPoller } from './test-poller.ts'
import { TestReader } from './test-reader.ts'

interface TestRoom {
  log: number
  name: string
  private: boolean
  /** As far as those who commit know. */
  head: number
}

/**
 * Let writers, a faulty bus and readers that freeze, leave and resume loose on some new rooms, as the seed has it.
 * @param over  both ends of the bus that what the faulty one passes on goes over
 * @returns what went wrong
 */
export async function followLogs(
  engine: Engine,
  store: Store,
  people: People,
  seed: number,
  deadlineMs: number,
  over: readonly Bus[] = []
) {
  const random = new Random(seed)
  const faults: string[] = []
  const bus = new FaultBus(random, ...over)
  const feeds = new engine.Feeds({
    store: slowed(store, random),
    bus,
    page: { limit: random.between(1, 7), bytes: random.between(20, 400) },
    slice: random.between(1, 7),
    budgetMs: 0,
    holdMs: random.between(0, 3),
    sweepMs: 20,
    sweepLot: random.between(1, 3),
    presenceMs: 10,
    presencePace: { graceMs: random.between(0, 30), perFollowerMs: random.between(0, 2) },
    onError: (error) => faults.push(String(error))
  })
  const turns = new engine.Turns<{ catchUp(): Promise<void> }>((each) => each.catchUp(), random.next())
  const queuedBytesMax = random.between(300, 3_000)
  const nothing = () => {}
  const context: StreamContext & WaiterContext = {
    feeds,
    turns,
    epoch: store.epoch,
    queuedBytesMax,
    onDemoted: nothing,
    onSent: nothing,
    onClose: nothing,
    pageEncoder: engine.pageEncoder(store.epoch)
  }
  const roomService = new RoomService({
    store,
    announcer: new Announcer({ bus, tell: () => {} }),
    now: Date.now
  })
  const service = new EventService({ store, rooms: roomService })
  const encoders = engine.streamEncoders(store.epoch)
  const writer = new Writer(store, people, random, (added) => {
    const { log, events } = added
    void random.turns(4).then(() => bus.publish({ log, head: events.at(-1)?.seq as number, events }))
  })
  const rooms = await writer.createRooms(`r${seed}-${Date.now().toString(36)}`, random.between(1, 3))
  const { ownLogs } = writer

  const readers: (TestReader | TestPoller)[] = []
  let check = () => {}
  const whoIsHere = async (log: number) => {
    const members = await store.membersAmong(log, [people.ana.id, people.luis.id])
    await random.turns(random.between(0, 3))
    const names = members.map(({ member }) => member.name)
    return [...(await feeds.whereabouts.among(log, names))]
  }
  const connect = (reader: TestReader) => reader.connect(engine, context, encoders, random.pick([50, 400, 4_000]))
  const add = async () => {
    const user = random.chance(0.4) ? people.luis : people.ana
    const followed = rooms.filter(() => random.chance(0.6))
    const subscriptions: Subscription[] = []
    for (const room of followed.length > 0 ? followed : [rooms[0] as TestRoom]) {
      const found = await store.room(room.name, user.id)
      if (!found) continue
      const { log, head } = found
      subscriptions.push({ log, room: room.name, after: random.pick([0, head, random.between(0, head)]) })
    }
    if (random.chance(0.4)) subscriptions.push(await ownSubscription(store, user.id, random))
    if (subscriptions.length === 0) return
    const headOf = (log: number) => ownLogs.get(log) ?? (rooms.find((room) => room.log === log)?.head as number)
    const who = { user, tokenDigest: null, address: '', addressBlock: undefined }
    const format = random.pick(['sse', 'ndjson', 'page'] as const)
    if (format === 'page') {
      const poller = new TestPoller(who, subscriptions, headOf, () => check())
      readers.push(poller)
      void poller.run(engine, context, service, random)
      return
    }
    const reader = new TestReader(who, format, subscriptions, headOf, () => check(), whoIsHere)
    readers.push(reader)
    connect(reader)
  }
  const disturb = (reader: TestReader | TestPoller) => {
    if (reader.ended) return
    if (reader instanceof TestPoller) return reader.disturb()
    if (!reader.socket) connect(reader)
    else if (random.chance(0.4)) reader.socket.freeze()
    else if (random.chance(0.7)) reader.socket.thaw()
    else reader.leave()
  }

  const commits: Promise<void>[] = []
  for (let step = random.between(80, 120); step > 0; step--) {
    if (random.chance(0.25)) commits.push(writer.write(rooms))
    if (random.chance(0.25)) await add()
    for (let times = random.between(0, 2); times > 0 && readers.length > 0; times--) disturb(random.pick(readers))
    await random.turns(4)
  }
  await Promise.all(commits)
  if (random.chance(0.7)) await writer.shutOut(random.pick(rooms))
  for (const reader of readers) {
    if (reader instanceof TestPoller) reader.disturb()
    else if (reader.socket) reader.socket.thaw()
    else connect(reader)
  }

  let late: NodeJS.Timeout | undefined
  await new Promise<void>((resolve) => {
    late = setTimeout(resolve, deadlineMs)
    check = () => {
      if (faults.length > 0 || readers.every((reader) => reader.isDone() || reader.faults.length > 0)) resolve()
    }
    check()
  })
  clearTimeout(late)
  await random.turns(20) // what comes twice comes now
  const leaving = random.chance(0.3) ? readers.filter(({ reader }) => reader.user === people.luis) : []
  for (const reader of leaving) reader.leave()
  const until = performance.now() + deadlineMs
  const isHere = async (name: string) => {
    for (const { log } of rooms) if ((await whoIsHere(log)).includes(name)) return true
    return false
  }
  while (leaving.length > 0 && performance.now() < until && (await isHere('luis'))) await new Promise(setImmediate)
  const staying = readers.filter((reader) => !leaving.includes(reader))
  faults.push(...(await disagreeing(staying, whoIsHere, deadlineMs)))
  for (const reader of readers) faults.push(...(await verdict(reader, [...rooms, ...ownRooms(ownLogs)], store)))
  for (const reader of readers) reader.leave()
  await feeds.close()
  return { faults: faults.map((fault) => `seed ${seed}: ${fault}`), readers: readers.length }
}

/** Which readers know somebody else as connected than the list does, when all that was to be told has been. */
async function disagreeing(
  readers: readonly (TestReader | TestPoller)[],
  ask: AskWhoIsHere,
  withinMs: number
): Promise<string[]> {
  const until = performance.now() + withinMs
  for (;;) {
    const wrong: string[] = []
    for (const reader of readers) {
      if (reader.ended || reader instanceof TestPoller) continue
      for (const { subscription, presence } of reader.rooms) {
        if (subscription.room === ownLogName) continue
        const [known, right] = [presence?.names?.join(), (await ask(subscription.log)).sort().join()]
        if (known !== right) wrong.push(`${reader.reader.user.name} knows ${known} in ${subscription.room}, there: ${right}`)
      }
    }
    if (wrong.length === 0 || performance.now() > until) return wrong
    await new Promise(setImmediate)
  }
}

/** The log of a user, from somewhere near its end: what is long ago may not be kept. */
async function ownSubscription(store: Store, user: number, random: Random): Promise<Subscription> {
  const log = (await store.ownLog(user)) as number
  const { firstSeq, head } = (await store.extents([log])).get(log) as Extent
  return { log, room: ownLogName, after: random.between(Math.max(firstSeq - 1, head - 20), head) }
}

const ownRooms = (heads: ReadonlyMap<number, number>): TestRoom[] =>
  Array.from(heads, ([log, head]) => ({ log, name: ownLogName, private: true, head }))

/** A store whose reads take their time, before and after they look. */
const slowed = (store: Store, random: Random): FeedStore => {
  const slow = async <T>(read: () => Promise<T>): Promise<T> => {
    await random.turns(random.chance(0.5) ? 0 : 3)
    const found = await read()
    await random.turns(random.chance(0.5) ? 0 : 3)
    return found
  }
  return {
    events: (...asked) => slow(() => store.events(...asked)),
    extents: (...asked) => slow(() => store.extents(...asked)),
    room: (...asked) => slow(() => store.room(...asked)),
    membersAmong: (...asked) => slow(() => store.membersAmong(...asked))
  }
}

/** Commits some commands at a time, without waiting for one another. */
class Writer {
  readonly #store: Store
  readonly #people: People
  readonly #random: Random
  readonly #added: (added: Added) => void
  /** How far the logs of the people have come, as far as those who commit know. */
  readonly ownLogs = new Map<number, number>()

  constructor(store: Store, people: People, random: Random, added: (added: Added) => void) {
    this.#store = store
    this.#people = people
    this.#random = random
    this.#added = added
  }

  async createRooms(prefix: string, count: number): Promise<TestRoom[]> {
    for (const { id } of [this.#people.ana, this.#people.luis]) {
      const log = (await this.#store.ownLog(id)) as number
      this.ownLogs.set(log, (await this.#store.extents([log])).get(log)?.head as number)
    }
    const rooms: TestRoom[] = []
    for (let number = 0; number < count; number++) {
      const name = `${prefix}-${number}`
      const isPrivate = this.#random.chance(0.4)
      const actor = this.#people.ana.id
      const [created, joined] = await this.#store.commit([
        { kind: 'create-room', actor, name, title: '', visibility: isPrivate ? 'private' : 'public', atMs: 0 },
        { kind: 'join', actor: isPrivate ? actor : this.#people.luis.id, room: name, member: 'luis', atMs: 0 }
      ])
      if (created.refused || joined.refused) throw new Error(JSON.stringify([created, joined]))
      for (const { told } of [created, joined]) this.#tell(told)
      rooms.push({ log: created.log, name, private: isPrivate, head: joined.events.at(-1)?.seq as number })
    }
    return rooms
  }

  write(rooms: readonly TestRoom[]): Promise<void> {
    return this.#commit(
      rooms,
      Array.from({ length: this.#random.between(1, 6) }, () => this.#command(this.#random.pick(rooms)))
    )
  }

  /** Take the right to read from luis, by the one act or the other, and go on writing. */
  async shutOut(room: TestRoom): Promise<void> {
    const write = { actor: this.#people.ana.id, room: room.name, atMs: 0 }
    const act: Command = this.#random.chance(0.5)
      ? { kind: 'set-role', ...write, member: 'luis', role: 'banned' }
      : { kind: 'leave', ...write, member: 'luis' }
    const acts: Command[] = [act, { kind: 'change-room', ...write, changes: { visibility: 'private' } }]
    const send: Command = { kind: 'send', ...write, text: 'not for luis' }
    const [first, second] = this.#random.chance(0.5) ? acts : acts.reverse()
    await this.#commit([room], [send, first, send, second, send, send].slice(0, this.#random.between(4, 6)) as Command[])
    for (let times = this.#random.between(0, 3); times > 0; times--) await this.#commit([room], [send, send])
  }

  async #commit(rooms: readonly TestRoom[], commands: Command[]): Promise<void> {
    for (const answer of await this.#store.commit(commands)) {
      if (!answer.refused) this.#tell(answer.told)
      if (answer.refused || !('events' in answer) || answer.events.length === 0) continue
      const room = rooms.find(({ log }) => log === answer.log) as TestRoom
      if ('room' in answer) room.private = answer.room.visibility === 'private'
      room.head = Math.max(room.head, answer.events.at(-1)?.seq as number)
      this.#added(answer)
    }
  }

  #tell(told: readonly Added[] = []): void {
    for (const added of told) {
      this.ownLogs.set(added.log, Math.max(this.ownLogs.get(added.log) ?? 0, added.events.at(-1)?.seq ?? 0))
      this.#added(added)
    }
  }

  #command(room: TestRoom): Command {
    const random = this.#random
    const { ana, luis } = this.#people
    const write = { actor: ana.id, room: room.name, atMs: 0 }
    const kind = random.pick([
      'send',
      'send',
      'send',
      'send',
      'edit',
      'edit',
      'delete',
      'leave',
      'join',
      'show',
      'hide',
      'ban',
      'read'
    ] as const)
    const id = random.between(3, room.head + 1) // the first two created the room
    switch (kind) {
      case 'send':
        return { kind, ...write, text: 'x'.repeat(random.between(1, 80)) }
      case 'edit':
        return { kind, ...write, id, text: 'y'.repeat(random.between(1, 80)) }
      case 'delete':
        return { kind, ...write, id }
      case 'ban':
        return { kind: 'set-role', ...write, member: 'luis', role: 'banned' }
      case 'read':
        return { kind: 'mark-read', ...write, actor: luis.id, upTo: id }
      case 'leave': // also lifts the ban
        return { kind, ...write, member: 'luis' }
      case 'join':
        return { kind, ...write, actor: room.private ? ana.id : luis.id, member: 'luis' }
      case 'show':
        return { kind: 'change-room', ...write, changes: { visibility: 'public' } }
      case 'hide':
        return { kind: 'change-room', ...write, changes: { visibility: 'private' } }
    }
  }
}

/** Does what this reader got, and how its stream ended, agree with the store? */
async function verdict(reader: TestReader | TestPoller, rooms: readonly TestRoom[], store: Store): Promise<string[]> {
  const faults = [...reader.faults]
  const { name } = reader.reader.user
  let cut = false
  for (const room of reader.rooms) {
    const { subscription, start = 0, events, synced, ready, headAtConnect } = room
    const { head } = rooms.find(({ log }) => log === subscription.log) as TestRoom
    const last = events.at(-1)?.seq ?? start
    if (!reader.ended && (last !== head || !synced)) {
      faults.push(`stopped at ${last} of ${head}${synced ? '' : ', never synced'}, in ${subscription.room}`)
    }
    const after = subscription.room === ownLogName ? start : 0
    const log = await store.events(subscription.log, after, head, { limit: 10_000, bytes: Infinity })
    const kept = log.filter(({ seq }) => seq > start && seq <= last)
    if (events.length !== kept.length) faults.push(`${events.length} events for ${kept.length} in ${subscription.room}`)
    for (const [index, event] of events.entries()) faults.push(...differences(event, kept[index]))
    faults.push(...latestDiffer(events, kept))
    if (subscription.room === ownLogName) continue // nobody loses the right to that
    const rights = new Rights(log, name)
    // Whoever asked too late may have asked for what comes after the loss; they got none of it.
    if (events.length > 0 && last > rights.lostAt)
      faults.push(`${last} in ${subscription.room}, lost to ${name} at ${rights.lostAt}`)
    if (ready && !rights.grantedSince(headAtConnect)) faults.push(`${name} let into ${subscription.room} after ${headAtConnect}`)
    cut ||= rights.deniedSince(ready ? last : headAtConnect)
  }
  if (reader.ended && !cut) faults.push('ended without need')
  return faults
}

/** A message may be shown in an earlier state than the store's, all else is the same. */
function differences(event: LogEvent, kept: LogEvent | undefined): string[] {
  if ('message' in event && kept && 'message' in kept && event.message.rev < kept.message.rev) {
    const { message } = kept
    event = { ...event, message }
  }
  const [had, has] = [JSON.stringify(event), JSON.stringify(kept)]
  return had === has ? [] : [`got ${had}, stored is ${has}`]
}

/** Per message, the state with the highest `rev` is that of the store, unless the event that made it is still to come. */
function latestDiffer(events: readonly LogEvent[], kept: readonly LogEvent[]): string[] {
  const rev = (list: readonly LogEvent[], id: number) =>
    Math.max(...list.flatMap((event) => ('message' in event && event.message.id === id ? [event.message.rev] : [])))
  const last = events.at(-1)?.seq ?? 0
  const ids = new Set(events.flatMap((event) => ('message' in event ? [event.message.id] : [])))
  return [...ids]
    .filter((id) => rev(kept, id) <= last && rev(events, id) !== rev(kept, id))
    .map((id) => `message ${id} stayed at ${rev(events, id)}, not ${rev(kept, id)}`)
}
