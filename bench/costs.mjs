#!/usr/bin/env node
// Counts what a send, a delivered frame and a silent stream cost the server, in figures that depend little on how busy the machine is,
// and compares them with what they were. costs.mjs [--renew]
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { nowMs } from './figures.mjs'
import { Connection } from './load/ask.mjs'
import { markedText } from './load/marks.mjs'
import { Streams } from './load/streams.mjs'
import { freePort, here, newFolder, post } from './peers/running.mjs'
import { answers } from './peers/tertulia.mjs'

const { values } = parseArgs({ options: { renew: { type: 'boolean', default: false } } })

/** A figure may grow by a fifth before that is a fault. */
const growthMax = 1.2
/** So many times is each measured; the least counts: checkpoints, timers and what else happens now and then only add to it. */
const parts = 8
const streamCount = 1_000
const atOnce = 64

const folder = newFolder('costs')
const port = await freePort()
const flags = [
  '--port',
  `${port}`,
  '--db',
  join(folder, 'chat.db'),
  '--limits',
  'off',
  '--log-level',
  'error',
  '--stream-age',
  '0'
]
// Nothing is collected between two looks: neither for want of room, nor because Buffers come and go.
const roomy = [
  '--expose-gc',
  '--min-semi-space-size=128',
  '--max-semi-space-size=128',
  '--no-incremental-marking',
  '--no-memory-reducer'
]
const server = spawn(process.execPath, [...roomy, here('../../packages/server/bin/chat-server.js'), 'start', ...flags], {
  env: { ...process.env, NODE_OPTIONS: `--import=${new URL('costs-probe.mjs', import.meta.url)}` },
  stdio: ['ignore', 'ignore', 'inherit', 'ipc']
})
const ended = once(server, 'exit')

/** What the two threads that count answer to an order, by their names. */
const tell = (order) =>
  new Promise((resolve) => {
    const answers = {}
    const take = ({ thread, ...answer }) => {
      answers[thread] = answer
      if (!(answers.main && answers.writer)) return
      server.off('message', take)
      resolve(answers)
    }
    server.on('message', take)
    server.send(order)
  })

/** How often all threads called `write` and its like, and how much those beside the main one wrote that way, which is to disk. */
function written() {
  const sum = { calls: 0, diskBytes: 0 }
  for (const thread of readdirSync(`/proc/${server.pid}/task`)) {
    const io = readFileSync(`/proc/${server.pid}/task/${thread}/io`, 'latin1')
    const of = (name) => Number(new RegExp(`^${name}: (\\d+)`, 'm').exec(io)[1])
    sum.calls += of('syscw')
    if (thread !== `${server.pid}`) sum.diskBytes += of('wchar')
  }
  return sum
}

/** @returns undefined if garbage was collected meanwhile, which is not counted */
async function tryCostOf(work) {
  await tell('begin')
  const before = written()
  const begun = nowMs()
  await work()
  const seconds = (nowMs() - begun) / 1_000
  const after = written()
  const { main, writer } = await tell('end')
  if (main.collections + writer.collections > 0) return undefined
  return {
    seconds,
    mainBytes: main.bytes,
    writerBytes: writer.bytes,
    calls: after.calls - before.calls,
    diskBytes: after.diskBytes - before.diskBytes
  }
}

/** @param prepare  what is not counted */
async function costOf(work, prepare = async () => {}) {
  for (let tries = 0; tries < 20; tries++) {
    await prepare()
    const cost = await tryCostOf(work)
    if (cost) return cost
  }
  throw new Error('Garbage is collected again and again')
}

/** What some work costs at least, for each of the `count` of something that it does. */
async function costOfEach(count, work, prepare) {
  const costs = []
  for (let part = 0; part < parts; part++) costs.push(await costOf(work, prepare))
  const each = (figure) => Math.min(...costs.map((cost) => cost[figure])) / count
  return Object.fromEntries(Object.keys(costs[0]).map((figure) => [figure, each(figure)]))
}

/** What is written at least when some work is done: together with a checkpoint, or when a commit was under way already, it is more. */
async function writtenAtLeast(times, work) {
  const sums = []
  for (let n = 0; n < times; n++) {
    const before = written()
    await work()
    const after = written()
    sums.push({ calls: after.calls - before.calls, diskBytes: after.diskBytes - before.diskBytes })
  }
  const least = (figure) => Math.min(...sums.map((sum) => sum[figure]))
  return { calls: least('calls'), diskBytes: least('diskBytes') }
}

/** How often a disk was waited for during some work; undefined if that cannot be seen here, for want of `strace` or of the right to use it. */
async function syncsDuring(work) {
  const report = join(folder, 'syncs')
  const words = ['-f', '-e', 'trace=fsync,fdatasync', '-o', report, '-p', `${server.pid}`]
  const tracer = spawn('strace', words, { stdio: ['ignore', 'ignore', 'pipe'] })
  const traced = once(tracer, 'exit').catch(() => {})
  const isTracing = await Promise.race([
    traced.then(() => false),
    once(tracer.stderr, 'data').then(([said]) => /attached/.test(said))
  ])
  if (!isTracing) return undefined
  await work()
  tracer.kill('SIGINT')
  await traced
  return readFileSync(report, 'latin1').match(/ f(data)?sync\(/g)?.length ?? 0
}

/** @returns what each figure is, by its name */
async function count() {
  await answers(port)
  const answer = await fetch(`http://127.0.0.1:${port}/v1/users`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"name":"ana"}'
  })
  const { token } = await answer.json()
  const head = `Host: 127.0.0.1\r\nAuthorization: Bearer ${token}\r\n`
  const room = '/v1/rooms/general'
  const follow = `GET ${room}/events HTTP/1.1\r\n${head}Accept: text/event-stream\r\n\r\n`
  let connections = []
  /** New ones: the server closes those over which nothing is asked for some time. */
  const connect = async (count) => {
    for (const connection of connections) connection.close()
    connections = Array.from({ length: count }, () => new Connection(port))
    await Promise.all(connections.map(({ opened }) => opened))
  }

  let sent = 0
  const send = (connection) =>
    connection.ask(post(`${room}/messages`, head, JSON.stringify({ text: markedText(sent++, nowMs()) })))
  const alone = async (times) => {
    for (let n = 0; n < times; n++) if (await send(connections[0])) throw new Error('A text was refused')
  }
  /** All are there when the server goes on, so that they are read, kept and answered together, however busy the machine is. */
  const together = async (times) => {
    for (let n = 0; n < times; n++) {
      server.kill('SIGSTOP')
      const answers = connections.map(send)
      await pause(5)
      server.kill('SIGCONT')
      await Promise.all(answers)
    }
  }

  await connect(1)
  await alone(3_000) // compiled, and compiled again
  const one = await costOfEach(300, () => alone(300))
  await connect(atOnce)
  await together(30)
  const many = await costOfEach(
    10 * atOnce,
    () => together(10),
    () => connect(atOnce)
  )
  const joined = await writtenAtLeast(60, () => together(1))
  await connect(1)
  const oneSyncs = await syncsDuring(() => alone(200))
  await connect(atOnce)
  const manySyncs = await syncsDuring(() => together(40))

  await connect(1)
  const streams = new Streams({ texts: 100_000 })
  await streams.open(port, Array(streamCount).fill(follow))
  await pause(2_000) // until who came has been told
  let expected = 0
  const deliver = async (times) => {
    for (let n = 0; n < times; n++) {
      await alone(1)
      expected += streamCount
      await streams.until(expected)
    }
  }
  await deliver(300)
  const quiet = await costOf(() => pause(1_000))
  const delivered = await costOfEach(20, () => deliver(20))
  const meanwhile = (quiet.mainBytes * delivered.seconds) / quiet.seconds
  const round = delivered.mainBytes - meanwhile - one.mainBytes
  const living = (await tell('living')).main.bytes
  const begun = []
  for (let part = 0; part < parts; part++) {
    const before = written().calls
    await streams.open(port, Array((2 * streamCount) / parts).fill(follow))
    await pause(100) // what they begin with may come in several pieces
    begun.push(written().calls - before)
  }
  await pause(2_000)
  const kept = ((await tell('living')).main.bytes - living) / (2 * streamCount)
  await streams.close()
  for (const connection of connections) connection.close()

  return {
    'a send alone: bytes allocated, main thread': one.mainBytes,
    'a send alone: bytes allocated, writing thread': one.writerBytes,
    'a send alone: calls of write': one.calls,
    'a send alone: bytes to disk': one.diskBytes,
    '200 sends alone: waits for the disk': oneSyncs,
    [`a send among ${atOnce}: bytes allocated, main thread`]: many.mainBytes,
    [`a send among ${atOnce}: bytes allocated, writing thread`]: many.writerBytes,
    [`a send among ${atOnce}: calls of write`]: joined.calls / atOnce,
    [`a send among ${atOnce}: bytes to disk`]: joined.diskBytes / atOnce,
    [`40 times ${atOnce} sends: waits for the disk`]: manySyncs,
    'a delivered frame: bytes allocated': round / streamCount,
    'a delivered frame: calls of write': (delivered.calls - one.calls) / streamCount,
    'a stream that begins: calls of write': (Math.min(...begun) * parts) / (2 * streamCount),
    'a silent stream: bytes kept in the heap': kept
  }
}

let figures
try {
  figures = await count()
} finally {
  server.kill('SIGCONT')
  server.kill('SIGTERM')
  await ended
  rmSync(folder, { recursive: true, force: true })
}

// Each version of Node has figures of its own.
const file = fileURLToPath(new URL('costs.json', import.meta.url))
const all = JSON.parse(readFileSync(file, 'utf8'))
const version = process.versions.node.split('.')[0]
const before = all[version] ?? {}
const rounded = (figure) => (figure === undefined ? undefined : Number(figure.toPrecision(3)))

const rows = Object.entries(figures).map(([name, figure]) => ({
  name,
  ...{ now: rounded(figure), before: before[name], times: before[name] && rounded(figure / before[name]) }
}))
console.log(`Node ${process.version}`)
console.table(rows)
if (values.renew) {
  all[version] = Object.fromEntries(rows.map(({ name, now }) => [name, now]))
  writeFileSync(file, `${JSON.stringify(all, null, 2)}\n`)
  console.log(`pass: written to ${file}`)
} else {
  const missing = rows.filter(({ now, before }) => now !== undefined && before === undefined)
  const grown = rows.filter(({ times }) => times > growthMax)
  for (const { name, now, before } of grown) console.log(`grown by more than a fifth, from ${before} to ${now}: ${name}`)
  if (missing.length > 0) console.log(`For Node ${version} is not known: ${missing.map(({ name }) => name).join('; ')}`)
  const isGood = grown.length + missing.length === 0
  console.log(isGood ? 'pass' : 'fail: if it is worth that, or for another Node: node bench/costs.mjs --renew')
  process.exitCode = isGood ? 0 : 1
}
