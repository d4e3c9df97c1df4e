import { connect } from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'
import { nowMs } from '../figures.mjs'
import { expected, received } from './counters.mjs'
import { markByte, markBytes, numberOf, sentMs } from './marks.mjs'

const { texts, timed, counters } = workerData
counters[expected] = Infinity
/** Many at once are refused where few may wait to be accepted. */
const openAtOnce = 200

/** All read into the same place: there is no garbage. */
const buffer = Buffer.alloc(256 * 1024)
const streams = []
let repeated = 0
let latenciesMs = new Float64Array(timed ? 1 << 20 : 0)
let latencies = 0

class Stream {
  /** What had arrived of a mark that was parted. */
  #rest = Buffer.alloc(0)
  #seen = new Uint8Array(Math.ceil(texts / 8))
  received = 0
  /** Of the numbers of the texts, in the order in which they came. */
  orderHash = 0

  take(size) {
    let from = 0
    if (this.#rest.length > 0) {
      const missing = markBytes - this.#rest.length
      const joined = Buffer.concat([this.#rest, buffer.subarray(0, Math.min(missing, size))])
      if (joined.length < markBytes) {
        this.#rest = joined
        return
      }
      this.#rest = Buffer.alloc(0)
      this.#count(joined, 0)
      from = missing
    }
    const bytes = buffer.subarray(0, size)
    for (let at = bytes.indexOf(markByte, from); at >= 0; at = bytes.indexOf(markByte, at + markBytes)) {
      if (at + markBytes > size) {
        this.#rest = Buffer.from(bytes.subarray(at))
        return
      }
      this.#count(bytes, at)
    }
  }

  #count(bytes, at) {
    const n = numberOf(bytes, at)
    const bit = 1 << (n & 7)
    if (this.#seen[n >> 3] & bit) {
      repeated++
      return
    }
    this.#seen[n >> 3] |= bit
    this.orderHash = (Math.imul(this.orderHash, 31) + n) | 0
    this.received++
    counters[received]++
    if (timed) note(nowMs() - sentMs(bytes, at))
  }
}

function note(tookMs) {
  if (latencies === latenciesMs.length) {
    const more = new Float64Array(2 * latencies)
    more.set(latenciesMs)
    latenciesMs = more
  }
  latenciesMs[latencies++] = tookMs
}

const open = (port, request) =>
  new Promise((resolve, reject) => {
    const stream = new Stream()
    const onread = {
      buffer,
      callback(size) {
        resolve()
        stream.take(size)
        if (counters[received] >= counters[expected]) tellArrived()
        return true
      }
    }
    const socket = connect({ port, host: '127.0.0.1', onread }, () => socket.write(request))
    socket.once('error', reject)
    streams.push({ stream, socket })
  })

function tellArrived() {
  counters[expected] = Infinity
  parentPort.postMessage('arrived')
}

parentPort.on('message', async (order) => {
  if (order === 'look') {
    if (counters[received] >= counters[expected]) tellArrived()
  } else if (order === 'close') {
    for (const { socket } of streams) socket.destroy()
    const [{ stream: first }] = streams
    const otherOrder = streams.filter(
      ({ stream }) => stream.received === first.received && stream.orderHash !== first.orderHash
    ).length
    parentPort.postMessage({
      received: counters[received],
      repeated,
      otherOrder,
      latenciesMs: latenciesMs.subarray(0, latencies)
    })
  } else {
    const { port, requests } = order
    try {
      for (let opened = 0; opened < requests.length; opened += openAtOnce) {
        await Promise.all(requests.slice(opened, opened + openAtOnce).map((request) => open(port, request)))
      }
      parentPort.postMessage('opened')
    } catch (error) {
      parentPort.postMessage({ error })
    }
  }
})
