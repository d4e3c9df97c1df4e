import { createHash } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { openSqliteStore } from '../../packages/server/dist/stores/sqlite/sqlite-store.js'
import { cpuSeconds, median, nowMs } from '../figures.mjs'
import { ask } from '../load/ask.mjs'
import { markedText } from '../load/marks.mjs'
import { Streams } from '../load/streams.mjs'
import { newFolder } from '../peers/running.mjs'
import { tertulia } from '../peers/tertulia.mjs'

const token = 'tt_growth'
const room = 'measured'
const missed = 10_000
const atMs = Date.UTC(2026, 10, 23)
const text = 'x'.repeat(100)

/** Of all databases: each is filled once, and removed at the end. */
let folder
function place(name) {
  if (folder === undefined) {
    folder = newFolder('growth')
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  }
  return join(folder, `${name}.db`)
}

async function inLots(store, count, make) {
  for (let from = 0; from < count; from += 250) {
    const answers = await store.commit(Array.from({ length: Math.min(250, count - from) }, (_, n) => make(from + n)))
    const refused = answers.find((answer) => answer.refused)
    if (refused) throw new Error(`The store refused: ${JSON.stringify(refused)}`)
  }
}

/** One user, who is in all the rooms; one room is measured. */
async function fill(file, { rooms, messages }) {
  const store = await openSqliteStore({ file })
  const tokenDigest = createHash('sha256').update(token).digest()
  const users = Math.ceil(rooms / 900) // one user owns a thousand rooms at most
  const register = (n) => ({
    ...{ kind: 'register', name: `user${n}`, userKind: 'person', atMs },
    tokenDigest: n === 0 ? tokenDigest : createHash('sha256').update(`${n}`).digest()
  })
  const registered = await store.commit(Array.from({ length: users }, (_, n) => register(n)))
  const ids = registered.map(({ user }) => user.id)
  const create = (n) => ({ kind: 'create-room', name: n === 0 ? room : `room${n}`, title: '', visibility: 'public', atMs })
  await inLots(store, rooms, (n) => ({ ...create(n), actor: ids[Math.floor(n / 900)] }))
  await inLots(store, messages, () => ({ kind: 'send', actor: ids[0], room, text, atMs }))
  await atRest(process.pid)
  await store.close()
}

function filled(name, sizes) {
  let file
  return async () => {
    if (file === undefined) {
      file = place(name)
      await fill(file, sizes)
    }
    const server = await tertulia({ database: file, token, room })
    await atRest(server.pid)
    return server
  }
}

/** Until a process that has begun, or written, does nothing any more: a few seconds later it brings up to date what is searched. */
async function atRest(pid) {
  await pause(8_000)
  for (let before = -1, tries = 0; tries < 300; tries++) {
    const now = cpuSeconds(pid)
    if (now - before < 0.1) return
    before = now
    await pause(1_000)
  }
}

async function measure(server) {
  const send = (n, atMs) => server.send(markedText(n, atMs))
  await ask(server, { connections: 16, count: 2_000, request: send })
  const cpu = cpuSeconds(server.pid)
  const sends = await ask(server, { connections: 16, count: missed, request: send })
  const sendsCpu = cpuSeconds(server.pid) - cpu
  const pages = await ask(server, { connections: 32, count: 10_000, request: () => server.newest })
  const pagesCpu = cpuSeconds(server.pid) - cpu - sendsCpu
  const resumed = []
  for (let n = 0; n < 5; n++) resumed.push(await resume(server))
  return {
    'sends/s': missed / sends.seconds,
    'sends/CPU s': missed / sendsCpu,
    'pages/s': 10_000 / pages.seconds,
    'pages/CPU s': 10_000 / pagesCpu,
    [`resume of ${missed.toLocaleString('en')}, ms`]: median(resumed)
  }
}

/** The last messages, as whoever was away for a while gets them. */
async function resume({ port, newest, followAfter }) {
  const [, path] = newest.split(' ')
  const headers = { authorization: `Bearer ${token}` }
  const { cursor } = await (await fetch(`http://127.0.0.1:${port}${path}?limit=1`, { headers })).json()
  const [epoch, head] = cursor.split('.')
  const streams = new Streams({ texts: 12_000 })
  const begun = nowMs()
  await streams.open(port, [followAfter(`${epoch}.${head - missed}`)])
  await streams.until(missed)
  const took = nowMs() - begun
  await streams.close()
  return took
}

const goals = (small) => [
  { figure: 'sends/CPU s', of: small, atLeast: 0.85 },
  { figure: 'pages/CPU s', of: small, atLeast: 0.85 },
  { figure: `resume of ${missed.toLocaleString('en')}, ms`, of: small, atMost: 1.15 }
]

export const growth = [
  {
    name: 'growth-messages',
    title: 'Growth of a room: 1,000,000 messages beside 1,000',
    servers: {
      '1,000,000 messages': filled('million', { rooms: 10, messages: 1_000_000 }),
      '1,000 messages': filled('thousand', { rooms: 10, messages: 1_000 })
    },
    goals: goals('1,000 messages'),
    measure
  },
  {
    name: 'growth-rooms',
    title: 'Growth of a server: 10,000 rooms beside 10',
    servers: {
      '10,000 rooms': filled('rooms', { rooms: 10_000, messages: 1_000 }),
      '10 rooms': filled('few', { rooms: 10, messages: 1_000 })
    },
    goals: goals('10 rooms'),
    measure
  }
]
