#!/usr/bin/env node
// What a call of `chat` costs, beside the least that sends a message on the same Node. chat-start.mjs [--repeat N] [--limit RATIO]
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { percentile } from './figures.mjs'
import { tertulia } from './peers/tertulia.mjs'

const { values } = parseArgs({
  options: { repeat: { type: 'string', default: '20' }, limit: { type: 'string', default: '2.2' } }
})
const here = (path) => fileURLToPath(new URL(path, import.meta.url))
const chat = here('../packages/cli/bin/chat.js')
const file = here('../packages/cli/program/chat.mjs')

const server = await tertulia()
const home = mkdtempSync(join(tmpdir(), 'tertulia-chat-start-'))
const url = `http://127.0.0.1:${server.port}`
const { token } = await fetch(`${url}/v1/users`, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: '{"name":"luis"}'
}).then((answer) => answer.json())
const env = { PATH: process.env.PATH, HOME: home, CHAT_SERVER: url, CHAT_TOKEN: token }

/** CPU time of a program with all that it starts, user and system, in ms: the shell is told by the system when it ends. */
function cpuMs(words) {
  const script = 'TIMEFORMAT="%3U %3S"; time "$@" >/dev/null 2>"$HOME/said"'
  const { stderr, status } = spawnSync('bash', ['-c', script, 'bash', process.execPath, ...words], { env, encoding: 'utf8' })
  if (status !== 0) throw new Error(`node ${words.join(' ')}: ${readFileSync(join(home, 'said'), 'utf8')}${stderr}`)
  const [user, system] = stderr.trim().split(' ').map(Number)
  return (user + system) * 1_000
}

writeFileSync(join(home, 'empty.cjs'), '')
const calls = {
  nothing: [join(home, 'empty.cjs')],
  'POST by node:http': [here('post.cjs'), `${url}/v1/rooms/general/messages`, 'hi'],
  'chat send': [chat, 'send', 'hi'],
  'node chat.mjs send': [file, 'send', 'hi'],
  'chat --help': [chat, '--help'],
  'chat send --help': [chat, 'send', '--help']
}
const times = Object.fromEntries(Object.keys(calls).map((name) => [name, []]))
try {
  // The first round is for the caches. Then the calls take turns, so that what else the machine does falls on all of them alike.
  for (let round = 0; round <= Number(values.repeat); round++) {
    for (const [name, words] of Object.entries(calls)) {
      const ms = cpuMs(words)
      if (round > 0) times[name].push(ms)
    }
  }
} finally {
  await server.end()
  rmSync(home, { recursive: true, force: true })
}

const median = (name) => percentile(times[name], 0.5)
const ratio = (name) => median(name) / median('POST by node:http')
console.log(`Node ${process.version}, CPU time, median of ${values.repeat}:`)
console.table(
  Object.keys(calls).map((call) => ({
    call,
    'CPU ms': Math.round(median(call)),
    'times the POST': Number(ratio(call).toFixed(2))
  }))
)
const slow = ['chat send', 'chat --help'].filter((name) => ratio(name) > Number(values.limit))
console.log(slow.length === 0 ? 'pass' : `more than ${values.limit} times the POST: ${slow.join(', ')}`)
process.exitCode = slow.length === 0 ? 0 : 1
