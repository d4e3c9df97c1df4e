import type { PresenceMark } from '../../stores/presence-table.ts'

export interface OwnMark extends PresenceMark {
  /** Others may have been answered otherwise meanwhile: that it is so is told also where it has not changed. */
  inDoubt: boolean
}

/** Who came and went at this node since that was written: of each user in each room how it is in the end. */
export class OwnMarks {
  readonly #waiting = new Map<string, OwnMark>()

  get size(): number {
    return this.#waiting.size
  }

  add(mark: OwnMark): void {
    const key = keyOf(mark)
    const inDoubt = mark.inDoubt || this.#waiting.get(key)?.inDoubt === true
    this.#waiting.set(key, { ...mark, inDoubt })
  }

  /** The oldest. */
  take(count: number): OwnMark[] {
    const taken: OwnMark[] = []
    for (const [key, mark] of this.#waiting) {
      if (taken.length === count) break
      taken.push(mark)
      this.#waiting.delete(key)
    }
    return taken
  }

  /** They may not have been written; where there is news meanwhile, that holds. */
  putBack(marks: readonly OwnMark[]): void {
    for (const mark of marks) this.add({ ...(this.#waiting.get(keyOf(mark)) ?? mark), inDoubt: mark.inDoubt })
  }
}

const keyOf = ({ log, user }: PresenceMark): string => `${log} ${user}`
