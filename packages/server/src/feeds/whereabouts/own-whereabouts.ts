import type { KeyRange } from '../../stores/key-range.ts'
import { type Follower, nobody } from '../followers.ts'
import { Attendance } from './attendance.ts'
import type { RoomWhereabouts, Whereabouts } from './whereabouts.ts'

interface OwnRoom {
  attendance: Attendance
  changed: (user: number) => void
}

/** Of a chat that is one node: what it sees itself is all. */
export class OwnWhereabouts implements Whereabouts {
  readonly #graceMs: number
  readonly #open = new Map<number, OwnRoom>()
  /** Those that somebody may have to be let go of. */
  readonly #left = new Set<OwnRoom>()

  /** @param graceMs  who comes back within this time was never away */
  constructor(graceMs: number) {
    this.#graceMs = graceMs
  }

  open(log: number, changed: (user: number) => void): RoomWhereabouts {
    const attendance = new Attendance(this.#graceMs)
    const room = { attendance, changed }
    this.#open.set(log, room)
    return {
      present: attendance.followers,
      known: Promise.resolve(),
      enter: (person) => {
        if (attendance.enter(person)) changed(person.id)
      },
      leave: (person, nowMs) => {
        attendance.leave(person, nowMs)
        if (attendance.isLeft) this.#left.add(room)
      },
      close: () => {
        this.#left.delete(room)
        if (this.#open.get(log) === room) this.#open.delete(log)
      }
    }
  }

  letGo(nowMs: number): void {
    for (const room of this.#left) {
      for (const { id } of room.attendance.letGo(nowMs)) room.changed(id)
      if (!room.attendance.isLeft) this.#left.delete(room)
    }
  }

  async among(log: number, names: readonly string[]): Promise<ReadonlySet<string>> {
    const here = this.#followers(log)
    return new Set(names.filter((name) => here.has(name)))
  }

  async within(log: number, range: KeyRange, count: number): Promise<readonly Follower[]> {
    return this.#followers(log).within(range, count)
  }

  async close(): Promise<void> {
    this.#left.clear()
  }

  #followers(log: number) {
    return this.#open.get(log)?.attendance.followers ?? nobody
  }
}
