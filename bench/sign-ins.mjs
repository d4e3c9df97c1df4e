#!/usr/bin/env node
// Whether sends, and the sign-in of somebody else, are slowed down by floods of sign-ins, from one address and from twenty.
// sign-ins.mjs [--seconds N]
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { percentile } from './figures.mjs'
import { freePort } from './peers/running.mjs'
import { answers } from './peers/tertulia.mjs'

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '20' } } })
const untilMs = Number(values.seconds) * 1_000

const folder = mkdtempSync(join(tmpdir(), 'tertulia-sign-ins-'))
const port = await freePort()
const program = fileURLToPath(new URL('../packages/server/bin/chat-server.js', import.meta.url))
// The addresses are those that a proxy tells, each with the limits that it has by default.
const limits = 'send=off,reads=off'
const flags = ['--port', `${port}`, '--db', join(folder, 'chat.db'), '--limits', limits, '--trust-proxy', '127.0.0.1']
const server = spawn(process.execPath, [program, 'start', ...flags, '--log-level', 'error'], {
  stdio: ['ignore', 'ignore', 'inherit']
})
await answers(port)

const post = async (path, body, headers = {}) => {
  const method = 'POST'
  const answer = await fetch(`http://127.0.0.1:${port}/v1/${path}`, {
    ...{ method, body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } }
  })
  return { status: answer.status, retryAfter: answer.headers.get('retry-after'), ...(await answer.json()) }
}
const timed = async (times, work) => {
  const began = performance.now()
  await work()
  times.push(performance.now() - began)
}

const password = 'correct horse battery'
const { token } = await post('users', { name: 'ana', password })

let others = 0

/** Guesses, each under another name, as fast as one address may. */
async function flood(address, flooding) {
  while (flooding.on) {
    const name = `user${Math.floor(Math.random() * 1e6)}`
    const { status, retryAfter } = await post('sessions', { name, password: 'a wrong guess' }, { 'x-forwarded-for': address })
    if (status === 401) others++
    else await Promise.race([pause(retryAfter * 1_000), flooding.over])
  }
}

async function measure(what, addresses) {
  let stop = () => {}
  const flooding = { on: true, over: new Promise((resolve) => (stop = resolve)) }
  const floods = addresses.flatMap((address) => Array.from({ length: 80 / addresses.length }, () => flood(address, flooding)))
  await pause(2_000)
  const [sends, signIns, before] = [[], [], []]
  const end = performance.now() + untilMs
  const send = async () => {
    while (performance.now() < end) {
      await timed(sends, () => post('rooms/general/messages', { text: 'hi' }, { authorization: `Bearer ${token}` }))
      await pause(20)
    }
  }
  const signIn = async () => {
    while (performance.now() < end) {
      const first = others
      await timed(signIns, () => post('sessions', { name: 'ana', password }, { 'x-forwarded-for': '198.51.100.7' }))
      before.push(others - first)
      await pause(6_500) // ten a minute
    }
  }
  await Promise.all([send(), signIn()])
  flooding.on = false
  stop()
  await Promise.all(floods)
  const ms = (times, part) => Number(percentile(times, part).toFixed(1))
  return {
    ...{ flood: what, sends: sends.length, 'send p50, ms': ms(sends, 0.5), 'p99, ms': ms(sends, 0.99) },
    ...{ 'sign-ins': signIns.length, 'sign-in p50, ms': ms(signIns, 0.5), 'longest, ms': ms(signIns, 1) },
    'hashes of others before it': Math.max(...before)
  }
}

const rows = []
try {
  rows.push(await measure('none', []))
  rows.push(await measure('one address', ['203.0.113.1']))
  rows.push(
    await measure(
      'twenty addresses',
      Array.from({ length: 20 }, (_, n) => `203.0.113.${n + 1}`)
    )
  )
} finally {
  server.kill('SIGTERM')
  await once(server, 'exit')
  rmSync(folder, { recursive: true, force: true })
}
console.table(rows)
