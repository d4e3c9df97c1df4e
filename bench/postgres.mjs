#!/usr/bin/env node
// How many messages a second a PostgreSQL takes into one room: in batches, from one server and from three, and by one call for each message.
//   node bench/postgres.mjs postgres://chat@127.0.0.1:5432/empty [SECONDS]
// The database must be one that may be written to; a room is made in it for each run.
import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { Batch, prepared } from '../packages/server/dist/stores/postgres/batch.js'
import { connectionOptions, usualLimits } from '../packages/server/dist/stores/postgres/connection.js'
import { openPostgresStore } from '../packages/server/dist/stores/postgres/postgres-store.js'

const [url, seconds = '5'] = process.argv.slice(2)
if (url === undefined) throw new Error('The URL of a database is missing')
const atOnce = 512
const own = randomBytes(4).toString('hex')
const text = 'A message of the usual length, in which somebody says something that takes about as many words as people write.'

const stores = await Promise.all([1, 2, 3].map(() => openPostgresStore({ url, queueMs: 20_000 })))
const [first] = stores
const users = await first.commit(
  Array.from({ length: 16 }, (_, n) => ({
    kind: 'register',
    name: `u${own}-${n}`,
    userKind: 'person',
    tokenDigest: randomBytes(32),
    atMs: Date.now()
  }))
)
const actors = users.map(({ user }) => user.id)
let sent = 0

const message = (room) => {
  const n = sent++
  const once = { key: `k${n}`, fingerprint: randomBytes(32) }
  return { kind: 'send', actor: actors[n % actors.length], room, text: `${text} ${n}`, once, atMs: Date.now() }
}

/** Runs so many loops side by side for a while. @returns a second */
async function measured(name, loops, write) {
  const room = `b${own}-${name}`
  await first.commit([{ kind: 'create-room', actor: actors[0], name: room, title: '', visibility: 'public', atMs: Date.now() }])
  for (const actor of actors)
    await first.commit([{ kind: 'join', actor, room, member: `u${own}-${actors.indexOf(actor)}`, atMs: Date.now() }])
  const begin = performance.now()
  const end = begin + seconds * 1000
  const waits = []
  await Promise.all(
    Array.from({ length: loops }, async (_, n) => {
      while (performance.now() < end) {
        const since = performance.now()
        await write(room, n)
        waits.push(performance.now() - since)
      }
    })
  )
  const rate = (waits.length * 1000) / (performance.now() - begin)
  waits.sort((a, b) => a - b)
  const at = (part) => waits[Math.floor(waits.length * part)].toFixed(1)
  console.log(
    `${name.padEnd(8)} ${rate.toFixed(0).padStart(7)} a second, ${at(0.5)} ms at the median, ${at(0.99)} ms at the 99th percentile`
  )
  return rate
}

const batched = async (room, store) => {
  const [answer] = await store.commit([message(room)])
  if (answer.refused) throw new Error(answer.refused.code)
}
const one = await measured('one', atOnce, (room) => batched(room, first))
await measured('three', atOnce * 3, (room, n) => batched(room, stores[n % 3]))

const pool = new pg.Pool({
  ...(await connectionOptions(url, { ...usualLimits, statementMs: 20_000, answerMs: 20_000, lockMs: 20_000 })),
  max: 16
})
const alone = await measured('alone', 64, (room) =>
  pool.query({ ...Batch.call, values: new Batch([prepared([message(room)])], false, first.epoch).values() })
)
console.log(`In batches ${(one / alone).toFixed(1)} times as many as by one call for each.`)
await pool.end()
await Promise.all(stores.map((store) => store.close()))
