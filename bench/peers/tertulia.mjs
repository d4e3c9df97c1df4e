import { copyFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort, here, newFolder, post, run } from './running.mjs'

const program = here('../../packages/server/bin/chat-server.js')

/**
 * Tertulia as everybody starts it, rate limits off: every acknowledged message is on disk.
 * @param options.database  what to begin with, and `token` of a user there; `room` to talk in
 * @param options.probed  whether `loop-probe.mjs` is told over its IPC channel to watch the event loop
 */
export async function tertulia({ database, token, room = 'general', probed = false } = {}) {
  const folder = newFolder('tertulia')
  const port = await freePort()
  const file = join(folder, 'chat.db')
  // The index of words lies in a file of its own.
  for (const end of ['', '.search']) if (existsSync(`${database}${end}`)) copyFileSync(`${database}${end}`, `${file}${end}`)
  const flags = ['--port', `${port}`, '--db', file, '--limits', 'off', '--log-level', 'warn']
  const probe = probed ? ['--import', here('../loop-probe.mjs')] : []
  const stdio = ['ignore', 'ignore', 'inherit', ...(probed ? ['ipc'] : [])]
  const running = await run(process.execPath, [...probe, program, 'start', ...flags], { port, folder, stdio, ready: answers })
  const head = `Host: 127.0.0.1\r\nAuthorization: Bearer ${token ?? (await register(port))}\r\n`
  const path = `/v1/rooms/${room}`
  return {
    ...running,
    follow: `GET ${path}/events HTTP/1.1\r\n${head}Accept: text/event-stream\r\n\r\n`,
    followAfter: (cursor) => `GET ${path}/events?after=${cursor} HTTP/1.1\r\n${head}Accept: text/event-stream\r\n\r\n`,
    send: (text) => post(`${path}/messages`, head, JSON.stringify({ text })),
    newest: `GET ${path}/messages HTTP/1.1\r\n${head}\r\n`
  }
}

/** Resolves when it serves requests: before it makes a database it listens for a moment, to see whether it may. */
export async function answers(port) {
  for (let tries = 0; tries < 1_500; tries++) {
    const answer = await fetch(`http://127.0.0.1:${port}/health/live`).catch(() => undefined)
    await answer?.text()
    if (answer?.ok) return
    await pause(20)
  }
  throw new Error(`no server answers on ${port}`)
}

async function register(port) {
  const answer = await fetch(`http://127.0.0.1:${port}/v1/users`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"name":"ana"}'
  })
  return (await answer.json()).token
}
