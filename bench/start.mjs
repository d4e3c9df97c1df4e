#!/usr/bin/env node
// How long a server takes until it listens, and what it keeps in memory at rest, beside a bare application on the same framework and the
// same Node. start.mjs [--repeat N] [--messages N] [--limit RATIO] [--data FOLDER]
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { openSqliteStore } from '../packages/server/dist/stores/sqlite/sqlite-store.js'

const { values } = parseArgs({
  options: {
    repeat: { type: 'string', default: '20' },
    messages: { type: 'string', default: '1000000' },
    limit: { type: 'string', default: '1.5' },
    data: { type: 'string' }
  }
})
const [repeat, messages, limit] = [values.repeat, values.messages, values.limit].map(Number)
/** The thread that searches starts 5 s after the server. */
const restMs = 10_000
const restsMax = 3

const here = (path) => fileURLToPath(new URL(path, import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'tertulia-start-'))

/** A database with so many messages of 100 characters in one room. */
async function filled() {
  const file = join(folder, 'filled.db')
  const kept = values.data && join(values.data, `start-${messages}.db`)
  if (kept && existsSync(kept)) {
    copyFileSync(kept, file)
    return file
  }
  console.log(`Filling a database with ${messages} messages …`)
  const store = await openSqliteStore({ file })
  const atMs = Date.UTC(2026, 10, 23)
  const register = { kind: 'register', name: 'ana', userKind: 'person', tokenDigest: Buffer.alloc(32), atMs }
  const [{ user }] = await store.commit([register])
  const text = 'x'.repeat(100)
  for (let n = 0; n < messages; n += 5_000) {
    const length = Math.min(5_000, messages - n)
    await store.commit(Array.from({ length }, () => ({ kind: 'send', actor: user.id, room: 'general', text, atMs })))
  }
  await store.close()
  if (kept) {
    mkdirSync(values.data, { recursive: true })
    copyFileSync(file, `${kept}.new`)
    renameSync(`${kept}.new`, kept)
  }
  return file
}

const program = here('../packages/server/bin/chat-server.js')
const server = (db) => [program, 'start', '--port', '0', '--db', db]
const fresh = join(folder, 'fresh')
const starts = {
  'node -e 0': () => ['-e', 'console.log("listening")'],
  'bare Fastify, one route': () => [here('bare-app.mjs')],
  'chat-server, new database': () => {
    rmSync(fresh, { recursive: true, force: true })
    return server(join(fresh, 'chat.db'))
  },
  'chat-server, its own database': () => server(join(folder, 'own.db'))
}
if (messages > 0) {
  const file = await filled()
  starts[`chat-server, ${messages.toLocaleString('en')} messages`] = () => server(file)
}

/** CPU time that all threads of a process have used, in ms. */
function cpuMs(pid) {
  const ofThread = (thread) => Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1').split(' ')[0]) / 1e6
  return readdirSync(`/proc/${pid}/task`).reduce((sum, thread) => sum + ofThread(thread), 0)
}
const residentMib = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))[1]) / 1024

async function run(words, rests) {
  const began = performance.now()
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  for await (const line of createInterface({ input: child.stdout })) if (line.includes('listening')) break
  const figures = { ms: performance.now() - began }
  if (child.exitCode === null && words[0] !== '-e') figures.cpuMs = cpuMs(child.pid)
  if (rests && words[0] !== '-e') {
    await pause(restMs)
    figures.mib = residentMib(child.pid)
  }
  child.kill('SIGTERM')
  await ended
  return figures
}

const runs = Object.fromEntries(Object.keys(starts).map((name) => [name, []]))
try {
  // The first round is for the caches. Then the starts take turns, so that what else the machine does falls on all of them alike.
  for (let round = 0; round <= repeat; round++) {
    for (const [name, words] of Object.entries(starts)) {
      const figures = await run(words(), round > repeat - restsMax)
      if (round > 0) runs[name].push(figures)
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}

const sorted = (name, figure) => runs[name].flatMap((run) => run[figure] ?? []).sort((a, b) => a - b)
const median = (name, figure) => sorted(name, figure)[Math.floor(sorted(name, figure).length / 2)]
const least = (name) => sorted(name, 'ms')[0]
const bare = Object.keys(starts)[1]
const ratio = (name, figure) => Number((median(name, figure) / median(bare, figure)).toFixed(2))
const rounded = (figure) => (figure === undefined ? '' : Math.round(figure))

console.log(`Node ${process.version}, ${repeat} starts of each, medians:`)
console.table(
  Object.keys(starts).map((start) => ({
    start,
    'listens after, ms': rounded(median(start, 'ms')),
    'at least, ms': rounded(least(start)),
    'times the bare one': ratio(start, 'ms'),
    'CPU ms': rounded(median(start, 'cpuMs')),
    'CPU, times the bare one': median(start, 'cpuMs') === undefined ? '' : ratio(start, 'cpuMs'),
    'MiB at rest': rounded(median(start, 'mib'))
  }))
)
const slow = Object.keys(starts).filter((start) => ratio(start, 'ms') > limit)
console.log(slow.length === 0 ? 'pass' : `more than ${limit} times the bare application: ${slow.join('; ')}`)
process.exitCode = slow.length === 0 ? 0 : 1
