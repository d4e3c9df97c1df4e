import { randomBytes } from 'node:crypto'
import { type Bus, presenceNews } from '../../buses/bus.ts'
import { within } from '../../buses/within.ts'
import type { KeyRange } from '../../stores/key-range.ts'
import type { PresenceTable } from '../../stores/presence-table.ts'
import type { StoredUser } from '../../stores/records.ts'
import { Breather } from '../breather.ts'
import type { Follower } from '../followers.ts'
import { Attendance } from './attendance.ts'
import { KnownRoom } from './known-room.ts'
import { NodeReader, ownNode } from './node-reader.ts'
import { OwnMarks } from './own-marks.ts'
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
  readonly #onError: (error: unknown) => void
  /** Who is at this node, by log; those whose grace may end. */
  readonly #attendances = new Map<number, Attendance>()
  readonly #left = new Set<number>()
  readonly #marks = new OwnMarks()
  /** Those that are open, and of them those that have not been read. */
  readonly #rooms = new Map<number, KnownRoom>()
  readonly #opened = new Map<number, KnownRoom>()
  readonly #reader: NodeReader
  readonly #hearing: Promise<() => void>
  /** By which this node is known; undefined: its lease has to begin. */
  #lease: string | undefined
  #mustWriteAll = false
  #batch = 0
  /** The last one before it was forgotten last time who went. */
  #batchBefore = 0
  /** What is due when. */
  readonly #due: Record<Task, number> = { renew: 0, look: 0, write: Infinity, forget: 0 }
  #notBefore = 0
  #isSettling = false
  #settledAt = 0
  #timer: NodeJS.Timeout | undefined
  #step: Promise<void> | undefined
  #isPublishing = false
  #isClosed = false

  constructor({ table, bus, pace, onError }: SharedWhereaboutsOptions) {
    this.#table = table
    this.#bus = bus
    this.#pace = { ...leasePaceDefault, ...pace }
    this.#onError = onError
    this.#reader = new NodeReader(table, this.#rooms)
    this.#due.forget = performance.now() + this.#pace.forgetMs
    this.#hearing = bus.subscribe(presenceNews, () => this.#hear())
    this.#hearing.catch(onError)
    bus.onGapPossible(() => this.#hear())
    this.#arm()
  }

  open(log: number, changed: (user: number) => void): RoomWhereabouts {
    const room = new KnownRoom(changed)
    this.#rooms.set(log, room)
    this.#opened.set(log, room)
    this.#arm()
    return {
      present: room,
      known: within(openMs, room.read).catch(() => {
        room.isTold = true
      }),
      enter: (person) => this.#enter(log, person),
      leave: (person, nowMs) => this.#leave(log, person, nowMs),
      close: () => {
        for (const rooms of [this.#rooms, this.#opened]) if (rooms.get(log) === room) rooms.delete(log)
        room.setRead() // nobody waits for it any more
      }
    }
  }

  #enter(log: number, person: StoredUser): void {
    const attendance = this.#attendances.get(log) ?? new Attendance(this.#pace.graceMs)
    this.#attendances.set(log, attendance)
    if (attendance.enter(person)) this.#mark(log, person, true)
  }

  #leave(log: number, person: StoredUser, nowMs: number): void {
    const attendance = this.#attendances.get(log)
    attendance?.leave(person, nowMs)
    if (attendance?.isLeft) this.#left.add(log)
  }

  letGo(nowMs: number): void {
    for (const log of this.#left) {
      const attendance = this.#attendances.get(log)
      for (const person of attendance?.letGo(nowMs) ?? []) this.#mark(log, person, false)
      if (attendance?.isLeft) continue
      this.#left.delete(log)
      if (attendance?.followers.size === 0) this.#attendances.delete(log)
    }
  }

  #mark(log: number, { id: user, name, key }: StoredUser, here: boolean): void {
    this.#marks.add({ log, user, name, key, here, inDoubt: false })
    this.#advance('write', this.#marks.size < marksMax ? this.#pace.gatherMs : 0)
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
    this.#isClosed = true
    clearTimeout(this.#timer)
    this.#hearing.then((stop) => stop()).catch(() => {})
    const goodbye = async () => {
      await this.#step
      const graceMs = this.#attendances.size > 0 ? this.#pace.graceMs : 0
      if (this.#lease !== undefined) await this.#table.endLease(this.#lease, graceMs)
    }
    await within(farewellMs, goodbye()).catch(() => {}) // then it runs out by itself
  }

  #hear(): void {
    if (!this.#isPublishing) this.#advance('look', this.#pace.gatherMs)
  }

  #advance(what: Task, inMs: number): void {
    const at = performance.now() + inMs
    if (at >= this.#due[what]) return
    this.#due[what] = at
    this.#arm()
  }

  #arm(): void {
    if (this.#isClosed || this.#step !== undefined) return
    const first = this.#opened.size > 0 ? 0 : Math.min(...Object.values(this.#due))
    clearTimeout(this.#timer)
    const inMs = Math.max(0, Math.max(first, this.#notBefore) - performance.now())
    this.#timer = setTimeout(() => this.#begin(), inMs).unref()
  }

  #begin(): void {
    this.#step = this.#go()
      .catch((error) => {
        const nowMs = performance.now()
        this.#notBefore = nowMs + this.#pace.lookMs
        this.#settle(nowMs)
        this.#onError(error)
      })
      .finally(() => {
        this.#step = undefined
        this.#arm()
      })
  }

  /** Whatever is due, in an order in which each needs only what comes before it. */
  async #go(): Promise<void> {
    const nowMs = performance.now()
    const lease = await this.#holdLease(nowMs)
    const isDue = (what: Task) => this.#due[what] <= nowMs
    if (isDue('look') || this.#opened.size > 0) {
      this.#due.look = nowMs + this.#pace.lookMs
      if (!(await this.#reader.look(lease))) return this.#lose(nowMs)
      await this.#believe(nowMs)
      await this.#readOpened(lease)
    }
    if (isDue('write') && !(await this.#write(lease))) return this.#lose(nowMs)
    if (isDue('forget')) await this.#forget(lease, nowMs)
  }

  async #holdLease(nowMs: number): Promise<string> {
    const { leaseMs, renewMs } = this.#pace
    if (this.#lease !== undefined && this.#due.renew <= nowMs) {
      if (await this.#table.renewLease(this.#lease, leaseMs)) this.#due.renew = nowMs + renewMs
      else this.#lose(nowMs)
    }
    if (this.#lease !== undefined) return this.#lease
    const lease = randomBytes(9).toString('base64url')
    await this.#table.beginLease(lease, leaseMs)
    this.#lease = lease
    this.#due.renew = nowMs + renewMs
    if (this.#mustWriteAll) await this.#markAll()
    return lease
  }

  /** Others count the people of this node no more, nor does it know what they did meanwhile. */
  #lose(nowMs: number): void {
    this.#lease = undefined
    this.#mustWriteAll = true
    this.#due.renew = 0
    this.#due.look = 0
    this.#reader.startOver()
    this.#settle(nowMs)
  }

  async #markAll(): Promise<void> {
    const breather = new Breather()
    for (const [log, { followers }] of this.#attendances) {
      for (const { user, name, key } of followers.all()) {
        this.#marks.add({ log, user, name, key, here: true, inDoubt: true })
        if (breather.isDue) await breather.rest()
      }
    }
    this.#mustWriteAll = false
    if (this.#marks.size > 0) this.#due.write = 0
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
    const marks = this.#marks.take(marksMax)
    let isWritten = false
    try {
      isWritten = await this.#table.writePresence(lease, ++this.#batch, marks)
    } finally {
      if (!isWritten) this.#marks.putBack(marks)
    }
    if (!isWritten) return false
    this.#due.write =
      this.#marks.size > 0 ? performance.now() + (this.#marks.size < marksMax ? this.#pace.gatherMs : 0) : Infinity
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
    this.#due.forget = (await this.#table.forgetDead()) ? nowMs : nowMs + this.#pace.forgetMs
  }
}
