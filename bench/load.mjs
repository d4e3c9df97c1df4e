import { readFileSync } from 'node:fs'
import { connect } from 'node:net'

/** What a text carries, so that its arrival can be told: its number and the time it was meant to be sent. */
const mark = Buffer.from('~~')
const markChars = 2 + 8 + 16
export const markedText = (n, atMs) => `~~${String(n).padStart(8, '0')}${atMs.toFixed(3).padStart(16, '0')}`.padEnd(100, 'x')
export const nowMs = () => performance.timeOrigin + performance.now()

/** Open many streams; counts what arrives on each, and whether it is the very next message. */
export class Streams {
  received = 0
  faults = 0
  latenciesMs = []
  #sockets = []
  #timed

  constructor({ timed }) {
    this.#timed = timed
  }

  async open(port, request, count) {
    for (let n = 0; n < count; n += 200) {
      await Promise.all(Array.from({ length: Math.min(200, count - n) }, () => this.#one(port, request)))
    }
  }

  #one(port, request) {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => socket.write(request))
      let rest = Buffer.alloc(0)
      let next = 0
      socket.once('data', resolve).once('error', reject)
      socket.on('data', (bytes) => {
        const data = rest.length > 0 ? Buffer.concat([rest, bytes]) : bytes
        let at = data.indexOf(mark)
        let end = 0
        for (; at >= 0 && at + markChars <= data.length; at = data.indexOf(mark, end)) {
          end = at + markChars
          const n = Number(data.latin1Slice(at + 2, at + 10))
          if (n !== next) this.faults++
          next = n + 1
          this.received++
          if (this.#timed) this.latenciesMs.push(nowMs() - Number(data.latin1Slice(at + 10, end)))
        }
        rest = at >= 0 ? data.subarray(at) : data.subarray(Math.max(end, data.length - 1))
      })
      this.#sockets.push(socket)
    })
  }

  /** Until so many have arrived on all streams together, or nothing came for 5 s. */
  async until(count) {
    for (let before = -1, still = 0; this.received < count && still < 500; ) {
      still = this.received === before ? still + 1 : 0
      before = this.received
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }

  close() {
    for (const socket of this.#sockets) socket.destroy()
  }
}

/** Make `count` requests over `connections`, one under way on each; with `perSecond` at that pace. Gives the time each took. */
export async function ask(port, { connections, count, perSecond, request }) {
  const tookMs = []
  let failed = 0
  let n = 0
  const begun = nowMs()
  const one = async () => {
    const socket = connect(port, '127.0.0.1')
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))
    socket.setNoDelay(true)
    while (n < count) {
      const own = n++
      const dueMs = perSecond ? begun + (own * 1000) / perSecond : nowMs()
      if (dueMs > nowMs()) await new Promise((resolve) => setTimeout(resolve, dueMs - nowMs()))
      const status = await answered(socket, request(own, dueMs))
      if (status > 299) failed++
      tookMs.push(nowMs() - dueMs)
    }
    socket.destroy()
  }
  await Promise.all(Array.from({ length: connections }, one))
  return { tookMs, failed, seconds: (nowMs() - begun) / 1000 }
}

/** The status, once the whole answer is there. */
function answered(socket, request) {
  return new Promise((resolve, reject) => {
    let data = Buffer.alloc(0)
    const take = (bytes) => {
      data = data.length > 0 ? Buffer.concat([data, bytes]) : bytes
      const head = data.indexOf('\r\n\r\n')
      if (head < 0) return
      const length = Number(/content-length: (\d+)/i.exec(data.latin1Slice(0, head))?.[1] ?? 0)
      if (data.length < head + 4 + length) return
      socket.off('data', take).off('close', reject)
      resolve(Number(data.latin1Slice(9, 12)))
    }
    socket.on('data', take).once('close', reject)
    socket.write(request)
  })
}

export function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

/** CPU seconds that a process has used, all its threads together (Linux). */
export function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1].split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

/** Memory that a process has in use, in KiB. */
export const residentKib = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))[1])
