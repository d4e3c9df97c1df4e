import { connect } from 'node:net'
import { nowMs } from '../figures.mjs'

/** All answers are read into the same place. */
const buffer = Buffer.alloc(256 * 1024)

/** Whether an answer is whole, and what it says. @typedef {(bytes: Buffer) => { bytes: number, failed: boolean } | undefined} Reader */

/** An answer of HTTP that says how long it is. @type {Reader} */
function httpAnswer(bytes) {
  const head = bytes.indexOf('\r\n\r\n')
  if (head < 0) return undefined
  const length = Number(/content-length: (\d+)/i.exec(bytes.latin1Slice(0, head))?.[1] ?? 0)
  if (bytes.length < head + 4 + length) return undefined
  return { bytes: head + 4 + length, failed: bytes[9] !== 50 } // status 2xx
}

/** Redis says to how many a text was sent. @type {Reader} */
export function redisAnswer(bytes) {
  const end = bytes.indexOf('\r\n')
  return end < 0 ? undefined : { bytes: end + 2, failed: bytes[0] !== 58 } // a number
}

/** A connection with one request under way at a time. */
export class Connection {
  #socket
  #rest = Buffer.alloc(0)
  #read
  #resolve
  #reject

  constructor(port, read = httpAnswer) {
    this.#read = read
    const onread = { buffer, callback: (size) => this.#take(buffer.subarray(0, size)) }
    this.#socket = connect({ port, host: '127.0.0.1', onread, noDelay: true })
    this.opened = new Promise((resolve, reject) => this.#socket.once('connect', resolve).once('error', reject))
    this.#socket.once('close', () => this.#reject?.(new Error('The connection was closed before the answer had come')))
  }

  /** @returns whether it was refused */
  ask(request) {
    return new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
      this.#socket.write(request)
    })
  }

  close() {
    this.#reject = undefined
    this.#socket.destroy()
  }

  #take(bytes) {
    const data = this.#rest.length > 0 ? Buffer.concat([this.#rest, bytes]) : bytes
    const answer = this.#read(data)
    if (answer) {
      this.#rest = Buffer.alloc(0)
      this.#resolve(answer.failed)
    } else this.#rest = Buffer.from(data)
    return true
  }
}

/**
 * Make `count` requests over `connections`, one under way on each; with `perSecond` at that pace, and then the time each took counts
 * from when it was due.
 */
export async function ask(server, { connections, count, perSecond, request, first = 0 }) {
  const all = Array.from({ length: connections }, () => new Connection(server.port, server.answer))
  await Promise.all(all.map(({ opened }) => opened))
  const tookMs = new Float64Array(count)
  let failed = 0
  let n = 0
  const begun = nowMs()
  const one = async (connection) => {
    while (n < count) {
      const own = n++
      const dueMs = perSecond ? begun + (own * 1000) / perSecond : nowMs()
      if (dueMs > nowMs()) await new Promise((resolve) => setTimeout(resolve, dueMs - nowMs()))
      if (await connection.ask(request(first + own, dueMs))) failed++
      tookMs[own] = nowMs() - dueMs
    }
  }
  await Promise.all(all.map(one))
  const seconds = (nowMs() - begun) / 1000
  for (const connection of all) connection.close()
  return { tookMs, failed, seconds }
}
