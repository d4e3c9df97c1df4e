import { setTimeout as pause } from 'node:timers/promises'
import { residentKib } from '../figures.mjs'
import { Streams } from '../load/streams.mjs'
import { bare } from '../peers/bare.mjs'
import { nchan } from '../peers/nginx.mjs'
import { raw } from '../peers/raw.mjs'
import { tertulia } from '../peers/tertulia.mjs'

/** In KiB, when what a start or an arrival left behind may have been collected. */
async function restingKib(pid) {
  await pause(3_000)
  return residentKib(pid)
}

export const idle = [
  {
    name: 'idle',
    title: 'Memory of silent streams: 5,000, and then 10,000',
    servers: { tertulia, bare, raw, nchan },
    goals: [{ figure: 'slope, KiB a stream', of: 'nchan', atMost: 0.65 }],
    async measure({ pid, port, follow }) {
      const streams = new Streams({ texts: 1 })
      const atRest = await restingKib(pid)
      await streams.open(port, Array(5_000).fill(follow))
      const half = await restingKib(pid)
      await streams.open(port, Array(5_000).fill(follow))
      const all = await restingKib(pid)
      await streams.close()
      return {
        'slope, KiB a stream': (all - half) / 5_000,
        'all, KiB a stream': (all - atRest) / 10_000,
        'at rest, MB': atRest / 1024
      }
    }
  }
]
