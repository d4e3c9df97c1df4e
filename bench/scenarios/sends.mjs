import { cpuSeconds, median, percentile } from '../figures.mjs'
import { ask } from '../load/ask.mjs'
import { markedText } from '../load/marks.mjs'
import { bare, single } from '../peers/bare.mjs'
import { tertulia } from '../peers/tertulia.mjs'

const scenario = (connections, count, goals) => ({
  name: `sends-${connections}`,
  title: `Durable sends: ${connections} ${connections === 1 ? 'connection' : 'connections'}, ${count.toLocaleString('en')} texts of 100 characters`,
  servers: { tertulia, bare, single },
  goals,
  async measure(server) {
    const request = (n, atMs) => server.send(markedText(n, atMs))
    await ask(server, { connections, count: Math.min(count, 2_000), request })
    const cpu = cpuSeconds(server.pid)
    const { tookMs, failed, seconds } = await ask(server, { connections, count, request })
    return {
      'sends/s': count / seconds,
      'sends/CPU s': count / (cpuSeconds(server.pid) - cpu),
      'p50 ms': median(tookMs),
      'p99 ms': percentile(tookMs, 0.99),
      failed
    }
  }
})

export const sends = [
  scenario(1, 3_000, [{ figure: 'p50 ms', of: 'bare', atMost: 3.5 }]),
  scenario(64, 20_000, [
    { figure: 'sends/s', of: 'bare', atLeast: 0.75 },
    { figure: 'sends/s', of: 'single', atLeast: 4 }
  ]),
  scenario(256, 20_000, [{ figure: 'sends/s', of: 'bare', atLeast: 0.9 }])
]
