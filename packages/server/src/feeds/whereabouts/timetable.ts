export interface TimetableOptions<Task extends string> {
  /** When each task is due at first, on a clock that never goes back; Infinity: not. */
  due: Record<Task, number>
  /** Whatever is due. */
  carryOut: (nowMs: number) => Promise<void>
  onFailure: (error: unknown, nowMs: number) => void
  /** How long nothing is carried out after a failure. */
  pauseMs: number
}

/** What is due when: carried out in its time, in one step after the other. */
export class Timetable<Task extends string> {
  readonly #options: TimetableOptions<Task>
  readonly #due: Record<Task, number>
  #notBefore = 0
  #timer: NodeJS.Timeout | undefined
  #step: Promise<void> | undefined
  #isClosed = false

  constructor(options: TimetableOptions<Task>) {
    this.#options = options
    this.#due = { ...options.due }
    this.#arm()
  }

  isDue(what: Task, nowMs: number): boolean {
    return this.#due[what] <= nowMs
  }

  /** For the step that carries it out: when it is due again. */
  set(what: Task, atMs: number): void {
    this.#due[what] = atMs
  }

  /** Due no later than in this time. */
  advance(what: Task, inMs: number): void {
    const at = performance.now() + inMs
    if (at >= this.#due[what]) return
    this.#due[what] = at
    this.#arm()
  }

  /** Nothing begins any more. @returns kept when the last step has ended */
  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#timer)
    await this.#step
  }

  #arm(): void {
    if (this.#isClosed || this.#step !== undefined) return
    clearTimeout(this.#timer)
    const at = Math.max(this.#notBefore, Math.min(...Object.values<number>(this.#due)))
    this.#timer = setTimeout(() => this.#begin(), Math.max(0, at - performance.now())).unref()
  }

  #begin(): void {
    this.#step = this.#options
      .carryOut(performance.now())
      .catch((error) => {
        const nowMs = performance.now()
        this.#notBefore = nowMs + this.#options.pauseMs
        this.#options.onFailure(error, nowMs)
      })
      .finally(() => {
        this.#step = undefined
        this.#arm()
      })
  }
}
