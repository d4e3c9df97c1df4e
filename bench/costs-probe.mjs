// Loaded into every thread of a server through NODE_OPTIONS: between “begin” and “end” it adds up what the thread allocates in its heap.
// The young generation must hold all of that (`--min-semi-space-size`): what has been collected meanwhile would be missing.
import { basename } from 'node:path'
import { PerformanceObserver } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { getHeapStatistics } from 'node:v8'
import { BroadcastChannel, isMainThread } from 'node:worker_threads'

const thread = isMainThread ? 'main' : basename(process.argv[1]).replace(/-thread\.js$/, '')
const channel = new BroadcastChannel('costs')
channel.unref()

let collections = 0
new PerformanceObserver((list) => {
  collections += list.getEntries().length
}).observe({ entryTypes: ['gc'] })

let before
let collectionsBefore

/** Nothing is left that could be collected, and that it has been is known. */
async function settled() {
  const told = collections
  globalThis.gc()
  while (collections === told) await pause(5)
}

const orders = {
  async begin() {
    await settled()
    collectionsBefore = collections
    before = getHeapStatistics().used_heap_size
    return {}
  },
  async end() {
    const bytes = getHeapStatistics().used_heap_size - before
    await pause(100)
    return { bytes, collections: collections - collectionsBefore }
  },
  async living() {
    await settled()
    return { bytes: getHeapStatistics().used_heap_size }
  }
}

const obey = async (order) => ({ thread, ...(await orders[order]()) })

if (isMainThread) {
  channel.onmessage = ({ data }) => data.thread && process.send(data)
  process.on('message', async (order) => {
    channel.postMessage(order)
    process.send(await obey(order))
  })
  process.channel?.unref()
  process.once('disconnect', () => process.exit()) // whoever counted has gone
} else {
  channel.onmessage = async ({ data }) => orders[data] && channel.postMessage(await obey(data))
}
