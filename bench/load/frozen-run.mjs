// One run of the scenario `frozen`, in a network of its own: frozen-run.mjs FROZEN. It prints its figures as JSON.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { median, nowMs, percentile, residentKib } from '../figures.mjs'
import { here } from '../peers/running.mjs'
import { tertulia } from '../peers/tertulia.mjs'
import { ask } from './ask.mjs'
import { markedText } from './marks.mjs'
import { Streams } from './streams.mjs'

const frozen = Number(process.argv[2])
const live = 100
/** Stopping a process stops all its sockets, so that a few processes stand for many. */
const perProcess = 25
/** The longest texts that there are: 200 MB of them, at a pace that a busy machine keeps up with too. */
const [count, perSecond] = [12_750, 60]
const textOf = (n, atMs) => markedText(n, atMs) + '💬'.repeat(3_900)

const server = await tertulia()
/** The most since the last time that this was asked. */
const mostKib = () => {
  const kib = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`, 'latin1'))[1])
  writeFileSync(`/proc/${server.pid}/clear_refs`, '5')
  return kib
}
const cursor = async () => {
  const [, path] = server.follow.split(' ')
  const authorization = /Authorization: (.*)\r/.exec(server.follow)[1]
  return (await (await fetch(`http://127.0.0.1:${server.port}${path}`, { headers: { authorization } })).json()).cursor
}
const answers = (processes) => Promise.all(processes.map(async (child) => (await once(child, 'message'))[0]))

const streams = new Streams({ texts: count, timed: true })
await streams.open(server.port, Array(live).fill(server.follow))
const processes = Array.from({ length: frozen / perProcess }, () =>
  fork(here('../load/frozen-followers.mjs'), [server.port, perProcess, server.followAfter('CURSOR')])
)
const begin = await cursor()
for (const child of processes) child.send({ open: begin })
await answers(processes)
await pause(3_000)
const idle = residentKib(server.pid)
mostKib()

for (const child of processes) child.kill('SIGSTOP')
const { tookMs, failed } = await ask(server, {
  connections: 8,
  count,
  perSecond,
  request: (n, atMs) => server.send(textOf(n, atMs))
})
await streams.until(count * live)
const most = mostKib()
const { received, repeated, otherOrder, latenciesMs } = await streams.close()

// All of them would read a hundred gigabytes: those of one process stand for the others.
const end = Number((await cursor()).split('.')[1])
const [some, ...others] = processes
for (const child of others) child.kill('SIGKILL')
const wokenMs = nowMs()
some?.kill('SIGCONT')
some?.send({ until: end })
const [said] = await answers(some ? [some] : [])
process.stdout.write(
  `${JSON.stringify({
    'p50 ms': median(latenciesMs),
    'p99 ms': percentile(latenciesMs, 0.99),
    'answer p99 ms': percentile(tookMs, 0.99),
    'idle, MB': idle / 1024,
    'most, MB': most / 1024,
    'most ÷ idle': most / idle,
    [`${perProcess} woken had all after, s`]: said && (nowMs() - wokenMs) / 1_000,
    'most meanwhile, MB': said && mostKib() / 1024,
    'lost to others': count * live - received + failed,
    'repeated, or in another order': repeated + otherOrder,
    'lost or repeated to woken': said?.wrong
  })}\n`
)
some?.disconnect()
await server.end()
