import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { LogEvent } from '@tertulia/protocol'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { length } from '../support/test-length.ts'
import { ask, register } from './support/ask.ts'
import { Follower } from './support/follower.ts'
import { randomFrom, seedOfThisRun } from './support/random.ts'
import { ServerProcess } from './support/server-process.ts'

let folder: string
let server: ServerProcess
const file = () => join(folder, 'chat.db')

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tertulia-kill-'))
  server = await ServerProcess.start(file())
})
afterEach(async () => {
  await server.end('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

const kills = length({ short: 3, long: 20 })

test(`${kills} kills under 4 writers and 3 followers: every acknowledged message once, no gap, one log`, {
  timeout: 10 * 60_000
}, async () => {
  const seed = seedOfThisRun()
  console.log(`kill.test seed ${seed}`)
  const random = randomFrom(seed)
  const { port } = server
  const room = () => `http://127.0.0.1:${port}/v1/rooms/general`

  const acknowledged = new Map<string, number>()
  let unanswered = 0
  let stop = false

  /** Sends one text after the other; a cut connection or a 503 is tried again with the same key until it is answered. */
  async function write(token: string, name: string): Promise<void> {
    for (let n = 0; !stop; n++) {
      const text = `${name}-${n}`
      for (let answered = false; !answered; ) {
        unanswered++
        const answer = await ask('POST', `${room()}/messages`, {
          token,
          json: { text },
          headers: { 'idempotency-key': text }
        }).catch(() => undefined)
        unanswered--
        if (answer?.status === 201) {
          acknowledged.set(text, answer.body.id)
          answered = true
        } else {
          expect([undefined, 503]).toContain(answer?.status)
          await pause(10)
        }
      }
    }
  }

  const names = ['w0', 'w1', 'w2', 'w3']
  const tokens = await Promise.all(names.map((name) => register(server.url, name)))
  const { body } = await ask('GET', `${room()}/messages`, { token: tokens[0] as string })
  const start: string = body.cursor
  const followers = tokens.slice(0, 3).map((token) => new Follower(() => `${room()}/events`, token, start))
  const writers = names.map((name, n) => write(tokens[n] as string, name))

  let hits = 0
  for (let round = 0; round < kills; round++) {
    const enough = acknowledged.size + 50
    while (acknowledged.size < enough) await pause(5)
    await pause(random() * 60)
    if (unanswered > 0) hits++
    await server.end('SIGKILL')
    server = await ServerProcess.start(file(), { port })
  }
  stop = true
  await Promise.all(writers)
  expect(hits, 'kills that hit an unanswered request').toBeGreaterThan(0)

  const reader = new Follower(() => `${room()}/events`, tokens[0] as string, `${start.split('.')[0]}.0`)
  await reader.until('synced')
  const log = reader.events
  const head = log.at(-1)?.seq as number
  await Promise.all(followers.map((follower) => follower.until(head)))
  for (const follower of [...followers, reader]) follower.end()

  expect(log.map(({ seq }) => seq)).toEqual(log.map((_, i) => i + 1))
  for (const follower of followers) expect(follower.events).toEqual(log.slice(1))
  const stored = new Map<string, number[]>()
  for (const event of log) {
    if (event.type !== 'message.created') continue
    const { text, id } = (event as Extract<LogEvent, { type: 'message.created' }>).message
    stored.set(text as string, [...(stored.get(text as string) ?? []), id])
  }
  for (const [text, id] of acknowledged) expect(stored.get(text), text).toEqual([id])
  expect(stored.size).toBe(acknowledged.size)
})
