import { median, percentile } from '../figures.mjs'
import { ask } from '../load/ask.mjs'
import { markedText } from '../load/marks.mjs'
import { Streams } from '../load/streams.mjs'
import { nchan } from '../peers/nginx.mjs'
import { raw } from '../peers/raw.mjs'
import { tertulia } from '../peers/tertulia.mjs'

const seconds = 5

const scenario = (followers, perSecond, goals) => ({
  name: `paced-${followers}`,
  title: `Paced: one room, ${followers.toLocaleString('en')} followers, ${perSecond} texts a second for ${seconds} s`,
  servers: { tertulia, raw, nchan },
  goals,
  async measure(server) {
    const count = perSecond * seconds
    const streams = new Streams({ texts: count, timed: true })
    await streams.open(server.port, Array(followers).fill(server.follow))
    const request = (n, atMs) => server.send(markedText(n, atMs))
    // As many connections as may be needed at once: one that waits for its answer must not hold up the next text.
    const { tookMs } = await ask(server, { connections: 4, count, perSecond, request })
    await streams.until(count * followers)
    const { received, repeated, otherOrder, latenciesMs } = await streams.close()
    return {
      'p50 ms': median(latenciesMs),
      'p99 ms': percentile(latenciesMs, 0.99),
      'answer p50 ms': median(tookMs),
      'answer p99 ms': percentile(tookMs, 0.99),
      lost: count * followers - received,
      repeated,
      'other order': otherOrder
    }
  }
})

export const paced = [
  scenario(1_000, 40, [{ figure: 'p99 ms', of: 'nchan', atMost: 2 }]),
  scenario(5_000, 8, [
    { figure: 'p50 ms', of: 'nchan', atMost: 1 },
    { figure: 'p99 ms', of: 'nchan', atMost: 1 }
  ]),
  scenario(10_000, 4, [{ figure: 'p99 ms', of: 'nchan', atMost: 0.8 }])
]
