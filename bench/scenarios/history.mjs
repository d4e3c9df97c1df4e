import { cpuSeconds, median, percentile } from '../figures.mjs'
import { ask } from '../load/ask.mjs'
import { markedText } from '../load/marks.mjs'
import { file } from '../peers/nginx.mjs'
import { tertulia } from '../peers/tertulia.mjs'

async function withMessages() {
  const server = await tertulia()
  await ask(server, { connections: 16, count: 1_000, request: (n, atMs) => server.send(markedText(n, atMs)) })
  return server
}

/** A file with the bytes of a page that Tertulia gave. */
async function pageInFile() {
  const server = await withMessages()
  const [, path] = server.newest.split(' ')
  const headers = { authorization: /Authorization: (.*)\r/.exec(server.newest)[1] }
  const answer = await fetch(`http://127.0.0.1:${server.port}${path}`, { headers })
  const page = Buffer.from(await answer.arrayBuffer())
  await server.end()
  return file(page)
}

export const history = [
  {
    name: 'history',
    title: 'The newest page (50 messages): 32 connections, 40,000 times',
    servers: { tertulia: withMessages, nginx: pageInFile },
    goals: [{ figure: 'pages/s', of: 'nginx', atLeast: 0.35 }],
    async measure(server) {
      const request = () => server.newest
      await ask(server, { connections: 32, count: 5_000, request })
      const [cpu, own] = [cpuSeconds(server.pid), process.cpuUsage()]
      const { tookMs, failed, seconds } = await ask(server, { connections: 32, count: 40_000, request })
      const { user, system } = process.cpuUsage(own)
      return {
        'pages/s': tookMs.length / seconds,
        'pages/CPU s': tookMs.length / (cpuSeconds(server.pid) - cpu),
        'p50 ms': median(tookMs),
        'p99 ms': percentile(tookMs, 0.99),
        'load, CPU %': (user + system) / seconds / 1e4,
        failed
      }
    }
  }
]
