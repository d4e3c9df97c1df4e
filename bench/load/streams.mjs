import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { expected, received } from './counters.mjs'

/** For so long nothing need arrive until it is given up, in seconds. */
const stillMax = 10

/** Many open streams, read in a thread of their own. It counts what arrives on each, and what is lost, repeated or in another order. */
export class Streams {
  #thread
  #counters = new Float64Array(new SharedArrayBuffer(16))

  /** @param texts  how many will be sent at most; `timed`: keep how long each took to arrive */
  constructor({ texts, timed = false }) {
    const workerData = { texts, timed, counters: this.#counters }
    this.#thread = new Worker(new URL('streams-thread.mjs', import.meta.url), { workerData })
  }

  /** Open one more for each request. Resolves once the first bytes have come on each. */
  async open(port, requests) {
    this.#thread.postMessage({ port, requests })
    const [{ error }] = await once(this.#thread, 'message')
    if (error) throw error
  }

  /** How many texts have arrived, on all streams together. */
  get received() {
    return this.#counters[received]
  }

  /** Until so many have arrived, or nothing comes any more. */
  async until(count) {
    this.#counters[expected] = count
    const arrived = once(this.#thread, 'message')
    this.#thread.postMessage('look')
    for (let before = -1; ; before = this.received) {
      const still = new AbortController()
      const waited = await Promise.race([arrived, pause(stillMax * 1_000, 'still', { signal: still.signal })])
      still.abort()
      if (waited !== 'still' || this.received === before) return
    }
  }

  /** @returns what was received, repeated, and by how many streams in another order than by the first; how long each took */
  async close() {
    this.#thread.postMessage('close')
    let answer
    do [answer] = await once(this.#thread, 'message')
    while (answer === 'arrived')
    await this.#thread.terminate()
    return answer
  }
}
