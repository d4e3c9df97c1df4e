import { cpuSeconds, nowMs } from '../figures.mjs'
import { ask } from '../load/ask.mjs'
import { markedText } from '../load/marks.mjs'
import { Streams } from '../load/streams.mjs'
import { nchan } from '../peers/nginx.mjs'
import { raw } from '../peers/raw.mjs'
import { redis } from '../peers/redis.mjs'
import { tertulia } from '../peers/tertulia.mjs'

const scenario = (followers, count, goals) => ({
  name: `flood-${followers}`,
  title: `Flood: one room, ${followers.toLocaleString('en')} followers, 16 senders flat out, ${count.toLocaleString('en')} texts`,
  servers: { tertulia, raw, nchan, redis },
  goals,
  async measure(server) {
    const streams = new Streams({ texts: count })
    await streams.open(server.port, Array(followers).fill(server.follow))
    const [cpu, own, begun] = [cpuSeconds(server.pid), process.cpuUsage(), nowMs()]
    const request = (n, atMs) => server.send(markedText(n, atMs))
    await ask(server, { connections: 16, count, request })
    await streams.until(count * followers)
    const seconds = (nowMs() - begun) / 1_000
    const { user, system } = process.cpuUsage(own)
    const { received, repeated, otherOrder } = await streams.close()
    return {
      'deliveries/s': received / seconds,
      'deliveries/CPU s': received / (cpuSeconds(server.pid) - cpu),
      'load, CPU %': (user + system) / seconds / 1e4,
      lost: count * followers - received,
      repeated,
      'other order': otherOrder
    }
  }
})

export const flood = [
  scenario(100, 8_000, []),
  scenario(1_000, 1_000, [
    { figure: 'deliveries/s', of: 'nchan', atLeast: 6 },
    { figure: 'deliveries/s', of: 'redis', atLeast: 0.7 }
  ]),
  scenario(5_000, 200, [{ figure: 'deliveries/s', of: 'nchan', atLeast: 8 }])
]
