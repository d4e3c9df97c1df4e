import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { nowMs, percentile } from '../figures.mjs'
import { ask, Connection } from '../load/ask.mjs'
import { markedText } from '../load/marks.mjs'
import { Streams } from '../load/streams.mjs'
import { tertulia } from '../peers/tertulia.mjs'

const missed = 10_000

async function withMessages() {
  const server = await tertulia({ probed: true })
  await ask(server, { connections: 64, count: missed, request: (n, atMs) => server.send(markedText(n, atMs)) })
  return server
}

/** How long requests take that somebody else makes, one after the other, until told to stop. */
async function others(server, work) {
  const tookMs = []
  let isOver = false
  const connection = new Connection(server.port)
  await connection.opened
  const asking = (async () => {
    while (!isOver) {
      const begun = nowMs()
      await connection.ask(server.newest)
      tookMs.push(nowMs() - begun)
      await pause(1)
    }
  })()
  await work()
  isOver = true
  await asking
  connection.close()
  return tookMs
}

export const resume = [
  {
    name: 'resume',
    title: `Resume: a stream that missed ${missed.toLocaleString('en')} messages, while somebody else reads pages`,
    servers: { tertulia: withMessages },
    goals: [],
    async measure(server) {
      const quiet = await others(server, () => pause(1_000))
      server.child.send('watch')
      await once(server.child, 'message')
      const streams = new Streams({ texts: missed })
      let took
      const meanwhile = await others(server, async () => {
        const begun = nowMs()
        await streams.open(server.port, [server.followAfter(0)])
        await streams.until(missed)
        took = nowMs() - begun
      })
      server.child.send('stop')
      const [{ cpuMs }] = await once(server.child, 'message')
      const { received, repeated } = await streams.close()
      return {
        'all arrived after, ms': took,
        'messages/s': (missed / took) * 1_000,
        'longest turn, CPU ms': cpuMs,
        'others: p50 ms': percentile(meanwhile, 0.5),
        'longest ms': percentile(meanwhile, 1),
        'without it: p50 ms': percentile(quiet, 0.5),
        'without it: longest ms': percentile(quiet, 1),
        lost: missed - received,
        repeated
      }
    }
  }
]
