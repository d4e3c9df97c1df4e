import { randomBytes } from 'node:crypto'
import { type Bus, presenceNews } from '../../buses/bus.ts'
import { within } from '../../buses/within.ts'
import type { KeyRange } from '../../stores/key-range.ts'
import type { PresenceTable } from '../../stores/presence-table.ts'
import type { Follower } from '../followers.ts'
import { KnownRoom } from './known-room.ts'
import { NodeReader, ownNode } from './node-reader.ts'
import { OwnPeople } from './own-people.ts'
import { Timetable } from './timetable.ts'
import type { RoomWhereabouts, Whereabouts } from './whereabouts.ts'

export interface LeasePace {
  /** Who comes back within this time, to whatever node, was never away: longer than is promised by what it takes until others know. */
  graceMs: number
  /** For so long a node counts that is not heard of; how often it is. Both and a look are shorter than the 15 s that are promised. */
  leaseMs: number
  renewMs: number
  /** How often the nodes look at what the others have written; a hint says it sooner. After a failure, when it is tried again. */
  lookMs: number
  /** How long who came or went waits for others, to be written together, and a hint to be followed. */
  gatherMs: number
  /** After the store was away, for so long it is not believed that other nodes are gone: they come back as this one did. */
  settleMs: number
  /** How often it is forgotten who went before, and which nodes did. */
  forgetMs: number
}

const leasePaceDefault: LeasePace = {
  graceMs: 6_000,
  leaseMs: 12_000,
  renewMs: 4_000,
  lookMs: 1_000,
  gatherMs: 100,
  settleMs: 5_000,
  forgetMs: 60_000
}

export interface SharedWhereaboutsOptions {
  table: PresenceTable
  bus: Bus
  pace?: Partial<LeasePace> | undefined
  /** The table could not be read or written. That is tried again. */
  onError: (error: unknown) => void
}

type Task = 'renew' | 'look' | 'write' | 'forget'

const marksMax = 500
/** How long a stream waits until it is known who was there before it. */
const openMs = 1_000
/** How long it may take to say goodbye. */
const farewellMs = 1_000

/**
 * Of a chat that is several nodes: each writes to a table who is at it, in batches, and reads what the others have written, so that all
 * tell the same, though not at the same time. What is told has been written before: whoever asks any node after that is answered so. The
 * people of a node count while its lease runs. A lease that was lost is not renewed but followed by another one, under which all is
 * written again.
 */
export class SharedWhereabouts implements Whereabouts {
  readonly #table: PresenceTable
  readonly #bus: Bus
  readonly #pace: LeasePace
  readonly #people: OwnPeople
  /** Those that are open, and of them those that have not been read. */
  readonly #rooms = new Map<number, KnownRoom>()
  readonly #opened = new Map<number, KnownRoom>()
  readonly #reader: NodeReader
  readonly #tasks: Timetable<Task>
  readonly #hearing: Promise<() => void>
  /** By which this node is known; undefined: its lease has to begin. */
  #lease: string | undefined
  #mustWriteAll = false
  #batch = 0
  /** The last one before it was forgotten last time who went. */
  #batchBefore = 0
  #isSettling = false
  #settledAt = 0
  #isPublishing = false

  constructor({ table, bus, pace, onError }: SharedWhereaboutsOptions) {
    this.#table = table
    this.#bus = bus
    this.#pace = { ...leasePaceDefault, ...pace }
    this.#people = new OwnPeople(this.#pace.graceMs, () => this.#tasks.advance('write', this.#gatherMs))
    this.#reader = new NodeReader(table, this.#rooms)
    this.#tasks = new Timetable<Task>({
      due: { renew: 0, look: 0, write: Infinity, forget: performance.now() + this.#pace.forgetMs },
      carryOut: (nowMs) => this.#carryOut(nowMs),
      pauseMs: this.#pace.lookMs,
      onFailure: (error, nowMs) => {
        this.#settle(nowMs)
        onError(error)
      }
    })
    this.#hearing = bus.subscribe(presenceNews, () => this.#hear())
    this.#hearing.catch(onError)
    bus.onGapPossible(() => this.#hear())
  }

  open(log: number, changed: (user: number) => void): RoomWhereabouts {
    const room = new KnownRoom(changed)
    this.#rooms.set(log, room)
    this.#opened.set(log, room)
    this.#tasks.advance('look', 0)
    return {
      present: room,
      known: within(openMs, room.read).catch(() => {
        room.isTold = true
      }),
      enter: (person) => this.#people.enter(log, person),
      leave: (person, nowMs) => this.#people.leave(log, person, nowMs),
      close: () => {
        for (const rooms of [this.#rooms, this.#opened]) if (rooms.get(log) === room) rooms.delete(log)
        room.setRead() // nobody waits for it any more
      }
    }
  }

  letGo(nowMs: number): void {
    this.#people.letGo(nowMs)
  }

  // Those alone who are written: were this node killed before it has written somebody, nobody would ever tell that they are gone.

  async among(log: number, names: readonly string[]): Promise<ReadonlySet<string>> {
    return new Set(await this.#table.presentAmong(log, names))
  }

  within(log: number, range: KeyRange, count: number): Promise<readonly Follower[]> {
    return this.#table.presentWithin(log, range, count)
  }

  /** Who was at this node may come back at another: until their grace is over, it counts. */
  async close(): Promise<void> {
    const ended = this.#tasks.close()
    this.#hearing.then((stop) => stop()).catch(() => {})
    const goodbye = async () => {
      await ended
      if (this.#lease !== undefined) await this.#table.endLease(this.#lease, this.#people.isEmpty ? 0 : this.#pace.graceMs)
    }
    await within(farewellMs, goodbye()).catch(() => {}) // then it runs out by itself
  }

  #hear(): void {
    if (!this.#isPublishing) this.#tasks.advance('look', this.#pace.gatherMs)
  }

  /** How long what is to be written waits for more. */
  get #gatherMs(): number {
    return this.#people.marks.size < marksMax ? this.#pace.gatherMs : 0
  }

  /** Whatever is due, in an order in which each needs only what comes before it. */
  async #carryOut(nowMs: number): Promise<void> {
    const lease = await this.#holdLease(nowMs)
    const isDue = (what: Task) => this.#tasks.isDue(what, nowMs)
    if (isDue('look')) {
      this.#tasks.set('look', nowMs + this.#pace.lookMs)
      if (!(await this.#reader.look(lease))) return this.#lose(nowMs)
      await this.#believe(nowMs)
      await this.#readOpened(lease)
    }
    if (isDue('write') && !(await this.#write(lease))) return this.#lose(nowMs)
    if (isDue('forget')) await this.#forget(lease, nowMs)
  }

  async #holdLease(nowMs: number): Promise<string> {
    const { leaseMs, renewMs } = this.#pace
    if (this.#lease !== undefined && this.#tasks.isDue('renew', nowMs)) {
      if (await this.#table.renewLease(this.#lease, leaseMs)) this.#tasks.set('renew', nowMs + renewMs)
      else this.#lose(nowMs)
    }
    if (this.#lease !== undefined) return this.#lease
    const lease = randomBytes(9).toString('base64url')
    await this.#table.beginLease(lease, leaseMs)
    this.#lease = lease
    this.#tasks.set('renew', nowMs + renewMs)
    if (this.#mustWriteAll) {
      await this.#people.markAll()
      this.#mustWriteAll = false
      if (this.#people.marks.size > 0) this.#tasks.set('write', 0)
    }
    return lease
  }

  /** Others count the people of this node no more, nor does it know what they did meanwhile. */
  #lose(nowMs: number): void {
    this.#lease = undefined
    this.#mustWriteAll = true
    this.#tasks.set('renew', 0)
    this.#tasks.set('look', 0)
    this.#reader.startOver()
    this.#settle(nowMs)
  }

  #settle(nowMs: number): void {
    this.#isSettling = true
    this.#settledAt = nowMs + this.#pace.settleMs
  }

  async #believe(nowMs: number): Promise<void> {
    if (nowMs < this.#settledAt) return
    await this.#reader.believe(this.#isSettling)
    this.#isSettling = false
  }

  async #readOpened(lease: string): Promise<void> {
    const opened = new Map(this.#opened)
    if (opened.size === 0) return
    await this.#reader.readRooms(opened, lease)
    for (const [log, room] of opened) if (this.#opened.get(log) === room) this.#opened.delete(log)
  }

  /** @returns false: the lease is lost */
  async #write(lease: string): Promise<boolean> {
    const { marks: waiting } = this.#people
    const marks = waiting.take(marksMax)
    let isWritten = false
    try {
      isWritten = await this.#table.writePresence(lease, ++this.#batch, marks)
    } finally {
      if (!isWritten) waiting.putBack(marks)
    }
    if (!isWritten) return false
    this.#tasks.set('write', waiting.size > 0 ? performance.now() + this.#gatherMs : Infinity)
    for (const mark of marks) {
      const room = this.#rooms.get(mark.log)
      room?.set(ownNode, mark, mark.inDoubt || room.isKnown(ownNode, mark))
    }
    this.#isPublishing = true
    this.#bus.publish({ log: presenceNews, head: this.#batch })
    this.#isPublishing = false
    return true
  }

  async #forget(lease: string, nowMs: number): Promise<void> {
    await this.#table.forgetGone(lease, this.#batchBefore)
    this.#batchBefore = this.#batch
    this.#tasks.set('forget', (await this.#table.forgetDead()) ? nowMs : nowMs + this.#pace.forgetMs)
  }
}
