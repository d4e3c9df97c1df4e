import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { cpuSeconds, median, percentile } from './figures.mjs'
import { freePort, here, newFolder, run } from './peers/running.mjs'
import { answers } from './peers/tertulia.mjs'

const program = here('../../packages/server/bin/chat-server.js')
const perSecond = 100
const count = 1_000

async function server(store, bus) {
  const [port, folder] = [await freePort(), newFolder('node')]
  const flags = ['--port', `${port}`, '--store', store, '--limits', 'off', '--log-level', 'warn', ...(bus ? ['--bus', bus] : [])]
  return run(process.execPath, [program, 'start', ...flags], { port, folder, ready: answers })
}

/**
 * Messages are sent at one server, at a steady pace, and followed at another one, over HTTP both.
 * @returns p50, p99: in ms, from the time at which a message is sent until the follower has it
 */
export async function delays({ store, bus, busPid }) {
  const [here, there] = [await server(store, bus), await server(store, bus)]
  try {
    const base = `http://127.0.0.1:${here.port}/v1`
    const json = { 'content-type': 'application/json' }
    const name = `d${randomBytes(4).toString('hex')}`
    const { token } = await (
      await fetch(`${base}/users`, { method: 'POST', headers: json, body: JSON.stringify({ name }) })
    ).json()
    const headers = { ...json, authorization: `Bearer ${token}` }
    await fetch(`${base}/rooms`, { method: 'POST', headers, body: JSON.stringify({ name }) })

    const sentAt = new Map()
    const waits = []
    const stream = await fetch(`http://127.0.0.1:${there.port}/v1/rooms/${name}/events?after=now`, {
      headers: { ...headers, accept: 'application/x-ndjson' }
    })
    const reader = stream.body.pipeThrough(new TextDecoderStream()).getReader()
    const following = (async () => {
      let rest = ''
      for (;;) {
        const { value, done } = await reader.read()
        if (done) return
        const lines = (rest + value).split('\n')
        rest = lines.pop()
        for (const line of lines) {
          const { message } = JSON.parse(line)
          if (message) waits.push(performance.now() - sentAt.get(message.text))
        }
      }
    })().catch(() => {})

    const before = busPid && cpuSeconds(busPid)
    const begin = performance.now()
    const sending = []
    for (let n = 0; n < count; n++) {
      const due = begin + (n * 1000) / perSecond
      if (due > performance.now()) await pause(due - performance.now())
      const text = `number ${n}`
      sentAt.set(text, performance.now())
      const send = fetch(`${base}/rooms/${name}/messages`, { method: 'POST', headers, body: JSON.stringify({ text }) })
      sending.push(send.then((answer) => answer.json()))
    }
    await Promise.all(sending)
    for (let tries = 0; waits.length < count && tries < 200; tries++) await pause(50)
    const usOfHint = busPid && ((cpuSeconds(busPid) - before) * 1e6) / count
    await reader.cancel()
    await following
    return { p50: median(waits), p99: percentile(waits, 0.99), lost: count - waits.length, count, perSecond, usOfHint }
  } finally {
    await Promise.all([here.end(), there.end()])
  }
}
