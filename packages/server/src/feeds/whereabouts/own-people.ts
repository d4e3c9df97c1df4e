import type { StoredUser } from '../../stores/records.ts'
import { Breather } from '../breather.ts'
import { Attendance } from './attendance.ts'
import { OwnMarks } from './own-marks.ts'

/** Who is at this node in which room, and what of that is still to be written. */
export class OwnPeople {
  readonly marks = new OwnMarks()
  readonly #graceMs: number
  readonly #onMark: () => void
  /** By log; those of which somebody may have to be let go. */
  readonly #attendances = new Map<number, Attendance>()
  readonly #left = new Set<number>()

  /**
   * @param graceMs  who comes back within this time was never away
   * @param onMark  hears that there is something to write
   */
  constructor(graceMs: number, onMark: () => void) {
    this.#graceMs = graceMs
    this.#onMark = onMark
  }

  get isEmpty(): boolean {
    return this.#attendances.size === 0
  }

  enter(log: number, person: StoredUser): void {
    const attendance = this.#attendances.get(log) ?? new Attendance(this.#graceMs)
    this.#attendances.set(log, attendance)
    if (attendance.enter(person)) this.#mark(log, person, true)
  }

  leave(log: number, person: StoredUser, nowMs: number): void {
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

  /** Others count none of them any more, or may not: all are to be written again. */
  async markAll(): Promise<void> {
    const breather = new Breather()
    for (const [log, { followers }] of this.#attendances) {
      for (const { user, name, key } of followers.all()) {
        this.marks.add({ log, user, name, key, here: true, inDoubt: true })
        if (breather.isDue) await breather.rest()
      }
    }
  }

  #mark(log: number, { id: user, name, key }: StoredUser, here: boolean): void {
    this.marks.add({ log, user, name, key, here, inDoubt: false })
    this.#onMark()
  }
}
