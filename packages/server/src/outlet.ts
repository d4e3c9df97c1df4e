import { fstatSync, constants as open, openSync, write, writeSync } from 'node:fs'
import { isatty } from 'node:tty'

/** How much may wait for a reader that is slow; what comes beyond it is dropped until all of that has left. */
const waitingCharsMax = 256 * 1024
/** When a pipe or a terminal that is full is tried again. */
const againMs = 50

/** The bytes that are leaving: lines, and perhaps among them the notice of those that were dropped. */
interface Leaving {
  bytes: Buffer
  /** How many bytes have left. */
  at: number
  /** What is no line of anybody: the end of one that was torn, and the notice. Where it ends, and how many lines it speaks of. */
  ownEnd: number
  ownLines: number
  told: number
}

/**
 * Standard output or standard error of a server: lines leave in order as long as somebody takes them, and are dropped and counted
 * when nobody does. Whatever it leads to (a full disk, a pipe that nobody reads, a terminal that was closed), nothing waits for it
 * and nothing fails with it. When it works again, a line says how many were dropped.
 */
export class Outlet {
  /** Lines that were dropped, ever. */
  dropped = 0
  /** Why the last lines were dropped; undefined: they left. */
  fault: NodeJS.ErrnoException | undefined
  readonly #notice: (lines: number) => string
  readonly #fd: number
  readonly #isNonBlocking: boolean
  #leaving: Leaving | undefined
  /** What leaves next. */
  #waiting = ''
  /** More came than may wait. What is dropped since then came after all that waits; else it came before. */
  #isFull = false
  /** Lines dropped that no notice has spoken of. */
  #untold = 0
  /** What left last was not a whole line. */
  #isTorn = false
  #hearers: (() => void)[] = []

  /** @param notice  the line that says how many were dropped, with its end */
  constructor(fd: 1 | 2, notice: (lines: number) => string = () => '') {
    const { descriptor, isNonBlocking } = withoutWaiting(fd)
    this.#fd = descriptor
    this.#isNonBlocking = isNonBlocking
    this.#notice = notice
  }

  /** @param lines  whole ones, each with its end */
  write(lines: string): void {
    if (this.#leaving && (this.#isFull || this.#waiting.length + lines.length > waitingCharsMax)) {
      this.#isFull = true
      this.#drop(linesIn(lines))
      return
    }
    this.#waiting += lines
    if (!this.#leaving) this.#begin()
  }

  /** Resolves when all has left or was dropped, or the time is up. */
  async flush(withinMs = Number.POSITIVE_INFINITY): Promise<void> {
    if (!this.#leaving) return
    await new Promise<void>((resolve) => {
      // It also keeps the process alive, which the timer of a full pipe does not.
      const timer = setTimeout(resolve, Math.min(withinMs, 2 ** 31 - 1))
      this.#hearers.push(() => {
        clearTimeout(timer)
        resolve()
      })
    })
  }

  #begin(): void {
    const told = this.#untold
    const mend = this.#isTorn ? '\n' : ''
    const notice = told === 0 ? '' : this.#notice(told)
    const [before, after] = this.#isFull ? [this.#waiting, ''] : ['', this.#waiting]
    this.#waiting = ''
    this.#isFull = false
    this.#untold = 0
    const own = mend + before + notice
    this.#leaving = {
      bytes: Buffer.from(own + after),
      at: 0,
      ownEnd: Buffer.byteLength(own),
      ownLines: linesIn(mend + notice),
      told
    }
    this.#go(this.#leaving)
  }

  #go(leaving: Leaving): void {
    const { bytes, at } = leaving
    if (!this.#isNonBlocking) {
      write(this.#fd, bytes, at, bytes.length - at, null, (error, count) => this.#went(leaving, error, count))
      return
    }
    let count = 0
    let fault: NodeJS.ErrnoException | null = null
    try {
      count = writeSync(this.#fd, bytes, at)
    } catch (error) {
      fault = error as NodeJS.ErrnoException
    }
    this.#went(leaving, fault, count)
  }

  #went(leaving: Leaving, error: NodeJS.ErrnoException | null, count: number): void {
    leaving.at += error ? 0 : count
    if (error?.code === 'EAGAIN' || error?.code === 'EINTR') setTimeout(() => this.#go(leaving), againMs).unref()
    else if (error) this.#fail(leaving, error)
    else if (leaving.at < leaving.bytes.length) this.#go(leaving)
    else this.#done()
  }

  #done(): void {
    this.#leaving = undefined
    this.#isTorn = false
    this.fault = undefined
    if (this.#waiting !== '' || this.#untold > 0) this.#begin()
    else this.#settle()
  }

  #fail({ bytes, at, ownEnd, ownLines, told }: Leaving, error: NodeJS.ErrnoException): void {
    this.#leaving = undefined
    this.fault = error
    if (at > 0) this.#isTorn = bytes[at - 1] !== newline
    const left = linesIn(bytes.subarray(at).toString())
    if (at < ownEnd) {
      this.#untold += told
      this.#drop(left - ownLines)
    } else this.#drop(left)
    this.#drop(linesIn(this.#waiting))
    this.#waiting = ''
    this.#isFull = false
    this.#settle()
  }

  #drop(lines: number): void {
    this.dropped += lines
    this.#untold += lines
  }

  #settle(): void {
    const hearers = this.#hearers
    this.#hearers = []
    for (const hear of hearers) hear()
  }
}

const newline = 10
const linesIn = (text: string): number => text.split('\n').length - 1

/** A descriptor that never waits, where there can be one; else the threads of libuv have to wait for it. */
function withoutWaiting(fd: 1 | 2): { descriptor: number; isNonBlocking: boolean } {
  // Node's own stream makes a pipe or a socket one that does not wait. It is not written to here, but others may, and must not fail.
  const stream = fd === 1 ? process.stdout : process.stderr
  stream.on('error', () => {})
  if (!isatty(fd)) {
    const stats = fstatSync(fd)
    return { descriptor: fd, isNonBlocking: stats.isFIFO() || stats.isSocket() }
  }
  try {
    // Opened anew, since whoever else uses this terminal expects it to wait.
    const flags = open.O_WRONLY | open.O_NONBLOCK | open.O_NOCTTY
    return { descriptor: openSync(`/proc/self/fd/${fd}`, flags), isNonBlocking: true }
  } catch {
    return { descriptor: fd, isNonBlocking: false }
  }
}
