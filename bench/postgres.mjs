#!/usr/bin/env node
// What several servers on one PostgreSQL can do; see README.md. postgres.mjs [URL] [SECONDS] [--repeat N] [--write]
import { fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { Batch, wordsOf } from '../packages/server/dist/stores/postgres/batch.js'
import { connectionOptions, usualLimits } from '../packages/server/dist/stores/postgres/connection.js'
import { openPostgresStore } from '../packages/server/dist/stores/postgres/postgres-store.js'
import { shown, table } from './compare.mjs'
import { median, percentile } from './figures.mjs'
import { writePart } from './page-part.mjs'
import { cpuOfPostgres, nats, postgres } from './peers/engines.mjs'
import { here } from './peers/running.mjs'
import { delays } from './postgres-delays.mjs'

const { values, positionals } = parseArgs({
  options: { repeat: { type: 'string', default: '3' }, write: { type: 'boolean', default: false } },
  allowPositionals: true
})
const given = positionals.find((word) => word.includes(':'))
const seconds = Number(positionals.find((word) => word !== given) ?? 5)
const atOnce = 512
const actors = 16

const engine = given === undefined ? await postgres() : { url: given, end: async () => {} }
const store = await openPostgresStore({ url: engine.url, queueMs: 20_000 })
const client = new pg.Client({ connectionString: engine.url, options: '-c search_path=tertulia' })
await client.connect()
const hub = await nats() // last: nothing is left running where the database cannot be used
const asked = async (sql) => (await client.query(sql)).rows[0]
const { pid } = await asked('SELECT pg_backend_pid() AS pid')

const own = randomBytes(4).toString('hex')
const name = (n) => `u${own}-${n}`
const registered = await store.commit(
  Array.from({ length: actors }, (_, n) => ({
    kind: 'register',
    name: name(n),
    userKind: 'person',
    tokenDigest: randomBytes(32),
    atMs: Date.now()
  }))
)
const users = registered.map(({ user }) => user.id)
let rooms = 0

/** A room in which all of them are. */
async function newRoom() {
  const room = `b${own}-${rooms++}`
  const [{ log }] = await store.commit([
    { kind: 'create-room', actor: users[0], name: room, title: '', visibility: 'public', atMs: Date.now() }
  ])
  for (const [n, actor] of users.entries()) await store.commit([{ kind: 'join', actor, room, member: name(n), atMs: Date.now() }])
  return { room, log }
}

/** CPU time that PostgreSQL took since then, in µs; not a number where that cannot be known. */
function usedSince(before) {
  let us = 0
  const now = cpuOfPostgres(pid)
  for (const [process, used] of now) us += used - (before.get(process) ?? 0)
  return now.size === 0 ? Number.NaN : us
}

async function node(bus) {
  const child = fork(here('../postgres-node.mjs'), [engine.url, bus])
  const ended = once(child, 'exit').then(() => Promise.reject(new Error('A server has ended')))
  ended.catch(() => {})
  const told = async () => (await Promise.race([once(child, 'message'), ended]))[0]
  await told()
  return {
    ask(task) {
      child.send(task)
      return told()
    },
    async end() {
      const exit = once(child, 'exit')
      child.disconnect()
      await exit
    }
  }
}

/** So many processes send into one room, which is followed in each of them. */
async function flood(count, bus) {
  const { room, log } = await newRoom()
  const nodes = await Promise.all(Array.from({ length: count }, () => node(bus)))
  const all = (task) => Promise.all(nodes.map((one) => one.ask({ room, log, actors: users, loops: atOnce, ...task })))
  await all({ task: 'follow' })
  await all({ task: 'flood', seconds: 1 })
  const [before, { wal }] = [cpuOfPostgres(pid), await asked('SELECT pg_current_wal_lsn() AS wal')]
  const results = await all({ task: 'flood', seconds })
  const inPostgres = usedSince(before)
  const written = await asked(`SELECT pg_current_wal_lsn() - '${wal}' AS bytes`)
  await Promise.all(nodes.map((one) => one.end()))
  const waits = results.flatMap(({ waits }) => waits)
  return {
    'sends/s': (waits.length * 1000) / Math.max(...results.map(({ ms }) => ms)),
    'p50 ms': median(waits),
    'p99 ms': percentile(waits, 0.99),
    'servers, CPU µs a send': results.reduce((sum, { cpuUs }) => sum + cpuUs, 0) / waits.length,
    'PostgreSQL, CPU µs a send': inPostgres / waits.length,
    'log (WAL), bytes a send': Number(written.bytes) / waits.length
  }
}

/** One call for each message, over as many connections as are of use. */
async function alone() {
  const { room } = await newRoom()
  const limits = { ...usualLimits, statementMs: 20_000, answerMs: 20_000, lockMs: 20_000 }
  const pool = new pg.Pool({ ...(await connectionOptions(engine.url, limits)), max: 16 })
  const waits = []
  const [before, begin, cpu] = [cpuOfPostgres(pid), performance.now(), process.cpuUsage()]
  const end = begin + seconds * 1000
  const loop = async (_, n) => {
    while (performance.now() < end) {
      const once = { key: `${waits.length}-${n}`, fingerprint: randomBytes(32) }
      const text =
        'A message of the usual length, in which somebody says something that takes about as many words as people write.'
      const send = { kind: 'send', actor: users[n % actors], room, text, once, atMs: Date.now() }
      const since = performance.now()
      await pool.query({
        ...Batch.call,
        values: new Batch([{ commands: [send], words: wordsOf([send]) }], false, store.epoch).values()
      })
      waits.push(performance.now() - since)
    }
  }
  await Promise.all(Array.from({ length: 64 }, loop))
  const { user, system } = process.cpuUsage(cpu)
  const figures = {
    'sends/s': (waits.length * 1000) / (performance.now() - begin),
    'p50 ms': median(waits),
    'p99 ms': percentile(waits, 0.99),
    'servers, CPU µs a send': (user + system) / waits.length,
    'PostgreSQL, CPU µs a send': usedSince(before) / waits.length
  }
  await pool.end()
  return figures
}

/** What a message takes on disk, of all that are there; its key goes after a day. */
async function sizes() {
  const { messages } = await asked('SELECT count(*)::float8 AS messages FROM message')
  const { message, heap, words, sent } = await asked(`SELECT pg_total_relation_size('message')::float8 AS message,
    pg_relation_size('message')::float8 AS heap, pg_relation_size('message_of_words')::float8 AS words,
    pg_total_relation_size('sent')::float8 AS sent`)
  return { message: message / messages, heap: heap / messages, words: words / messages, sent: sent / messages }
}

const quiet = 'three servers, no bus'
const measures = {
  'one server, no bus': () => flood(1, 'none'),
  [quiet]: () => flood(3, 'none'),
  'three servers, NOTIFY': () => flood(3, engine.url),
  ...(hub && { 'three servers, NATS': () => flood(3, hub.url) }),
  'one call for each message': alone
}

try {
  const runs = Object.fromEntries(Object.keys(measures).map((of) => [of, []]))
  for (let n = 0; n < Number(values.repeat); n++) {
    const turn = Object.entries(measures)
    if (n % 2 === 1) turn.reverse() // later ones find more in the tables
    for (const [of, measure] of turn) {
      const figures = await measure()
      runs[of].push(figures)
      console.log(
        `${of}: ${Object.entries(figures)
          .map(([figure, value]) => `${shown(value)} ${figure}`)
          .join(', ')}`
      )
    }
  }
  const of = (row, figure) => median(runs[row].map((figures) => figures[figure]).filter((value) => !Number.isNaN(value)))
  const cpu = (row) => of(row, 'servers, CPU µs a send') + of(row, 'PostgreSQL, CPU µs a send')
  const goals = [
    ['sends/s of three servers', 15_000, of(quiet, 'sends/s'), 1],
    [
      'sends/s, three servers ÷ one call for each message',
      5,
      of(quiet, 'sends/s') / of('one call for each message', 'sends/s'),
      1
    ],
    ['sends/s, NOTIFY ÷ no bus', 0.9, of('three servers, NOTIFY', 'sends/s') / of(quiet, 'sends/s'), 1],
    ['CPU of servers and PostgreSQL, NOTIFY ÷ no bus', 1.1, cpu('three servers, NOTIFY') / cpu(quiet), -1]
  ]
  const figures = Object.keys(runs[quiet][0])
  const parts = [
    table(
      ['one room', ...figures],
      Object.keys(runs).map((row) => [
        row,
        ...figures.map((figure) => (Number.isNaN(of(row, figure)) ? '' : shown(of(row, figure))))
      ])
    )
  ]
  const { message, heap, words, sent } = await sizes()
  parts.push(
    `A message takes ${shown(message)} bytes on disk, of them ${shown(heap)} in its table and ${shown(words)} in the index of words, and\nfor a day ${shown(sent)} for its key.`
  )
  const late = []
  for (const [bus, url] of Object.entries({ NOTIFY: undefined, ...(hub && { NATS: hub.url }) })) {
    const { p50, p99, lost, count, perSecond, usOfHint } = await delays({ store: engine.url, bus: url, busPid: url && hub?.pid })
    late.push(
      [bus, perSecond, count, lost, p50, p99, usOfHint].map((value) => (typeof value === 'number' ? shown(value) : (value ?? '')))
    )
    goals.push([`ms at the median to a follower at another server, ${bus}`, 100, p50, -1])
  }
  parts.push(
    table(['bus', 'sends/s', 'messages', 'lost', 'p50 ms', 'p99 ms', 'NATS, CPU µs a message'], late),
    table(
      ['', 'Goal', 'Now', ''],
      goals.map(([what, goal, now, sign]) => [
        what,
        `${sign > 0 ? 'at least' : 'at most'} ${shown(goal)}`,
        shown(now),
        now * sign >= goal * sign ? 'met' : 'missed'
      ])
    )
  )
  const text = `${parts.join('\n\n')}\n`
  console.log(`\n${text}`)
  if (values.write) writePart('scale.md', 'postgres', text)
} finally {
  await store.close()
  await client.end()
  await hub?.end()
  await engine.end()
}
