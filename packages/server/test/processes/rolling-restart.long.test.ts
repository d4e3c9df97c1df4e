import { mkdtempSync, rmSync } from 'node:fs'
import { Agent } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Message } from '@tertulia/protocol'
import { describe, expect, onTestFinished, test } from 'vitest'
import { withEngines } from '../support/engines.ts'
import { noNats } from '../support/nats-engine.ts'
import { noPostgres } from '../support/postgres-engine.ts'
import { length } from '../support/test-length.ts'
import { ask, register } from './support/ask.ts'
import { hasCaddy, startCaddyForSeveral } from './support/caddy.ts'
import { Follower } from './support/follower.ts'
import { freePort } from './support/free-port.ts'
import { hasNginx, startNginxForSeveral } from './support/nginx.ts'
import { ServerProcess } from './support/server-process.ts'

const balancers = {
  nginx: { start: startNginxForSeveral, missing: hasNginx() ? undefined : 'nginx is missing (Debian: nginx-light)' },
  Caddy: { start: startCaddyForSeveral, missing: hasCaddy() ? undefined : 'Caddy is missing (Debian: caddy)' }
}
type Balancer = keyof typeof balancers

const missing = noPostgres ?? noNats
/** Each of three servers, so often. */
const rounds = length({ short: 1, long: 2 })
const restarted = length({ short: [1], long: [0, 1, 2] })
const delaySeconds = length({ short: 2, long: 6 })
/** Each sends, reads, and pauses for a moment. */
const writers = length({ short: 4, long: 16 })

describe.skipIf(missing)(`a rolling restart under load${missing ? ` (${missing})` : ''}`, { timeout: 600_000 }, () => {
  const engines = withEngines()

  /** Three servers of a new chat, and what stands before them. */
  async function open(balancer: Balancer) {
    const store = await engines.postgres.createDatabase()
    const args = ['--bus', engines.nats.url, '--stop-delay', `${delaySeconds}`]
    const servers = await Promise.all([1, 2, 3].map(() => ServerProcess.start(store, { args })))
    onTestFinished(async () => void (await Promise.all(servers.map((server) => server.end('SIGKILL')))))
    const folder = mkdtempSync(join(tmpdir(), 'tertulia-rolling-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const port = await freePort()
    const ports = servers.map((server) => server.port)
    const proxy = await balancers[balancer].start(folder, ports, port)
    onTestFinished(() => proxy.end())
    return { servers, ports, store, args, url: `http://127.0.0.1:${port}` }
  }

  test.for(length<Balancer[]>({ short: ['nginx'], long: ['nginx', 'Caddy'] }))(
    'behind %s no request fails, and every follower has every event once and in order',
    async (name, { skip }) => {
      const { missing } = balancers[name]
      if (missing && process.env.CI) throw new Error(missing)
      skip(missing !== undefined, missing)
      const { servers, ports, store, args, url } = await open(name)
      const room = `${url}/v1/rooms/general`
      const token = await register(url, 'ana')
      const { cursor } = (await ask('GET', `${room}/messages`, { token })).body
      const faces = ['sse', 'ndjson', 'json'] as const
      const followers = Array.from({ length: 12 }, (_, n) => new Follower(() => `${room}/events`, token, cursor, faces[n % 3]))
      onTestFinished(() => {
        for (const follower of followers) follower.end()
      })

      const agent = new Agent({ keepAlive: true })
      onTestFinished(() => agent.destroy())
      const failures: string[] = []
      const sent: number[] = []
      let isOver = false
      let key = 0
      const one = async (method: string, path: string, json?: object, headers = {}): Promise<Message | undefined> => {
        const answer = await ask(method, path, { token, json, headers, agent }).catch((error: Error) => error)
        if (!(answer instanceof Error) && answer.status < 400) return answer.body
        // Of a machine that does not keep up, as it may be said at any time: nothing was written.
        if (!(answer instanceof Error) && answer.body.code === 'storage-busy') return await one(method, path, json, headers)
        const why = answer instanceof Error ? answer.message : `${answer.status} ${answer.body.code ?? answer.body}`
        failures.push(`${method} ${path} ${Object.keys(headers)}: ${why}`)
      }
      const load = Array.from({ length: writers }, async (_, n) => {
        while (!isOver) {
          const headers = n % 4 === 3 ? {} : { 'idempotency-key': `key-${key++}` }
          const message = await one('POST', `${room}/messages`, { text: 'hi' }, headers)
          if (message) sent.push(message.id)
          await one('GET', `${room}/messages?limit=5`)
          await wait(5)
        }
      })

      for (let round = 0; round < rounds; round++) {
        for (const index of restarted) {
          const ended = await (servers[index] as ServerProcess).end('SIGTERM')
          expect(ended).toBe(0)
          servers[index] = await ServerProcess.start(store, { port: ports[index] as number, args })
          await wait(delaySeconds * 200) // until whoever looks after them sees that it is ready
        }
      }
      isOver = true
      await Promise.all(load)
      expect(failures).toEqual([])
      const last = Math.max(...sent)
      for (const follower of followers) {
        await follower.until(last)
        const told = follower.events.flatMap((event) => (event.type === 'message.created' ? [event.message.id] : []))
        expect(told).toEqual(sent.toSorted((a, b) => a - b))
      }
    }
  )

  test('what was asked of a server that is killed, nginx asks another one: a read, and a message with a key', async ({
    skip
  }) => {
    const { missing } = balancers.nginx
    if (missing && process.env.CI) throw new Error(missing)
    skip(missing !== undefined, missing)
    const { servers, url } = await open('nginx')
    const room = `${url}/v1/rooms/general`
    const token = await register(url, 'ana')
    const [first] = servers as [ServerProcess]
    process.kill(first.pid, 'SIGSTOP') // it takes requests, and answers none
    const answered = async (method: string, path: string, question = {}): Promise<number> => {
      const { status, body } = await ask(method, `${room}${path}`, { token, ...question })
      // Of a machine that does not keep up, as they may be said at any time.
      return ['storage-busy', 'outcome-unknown'].includes(body.code) ? answered(method, path, question) : status
    }
    const send = (text: string) => answered('POST', '/messages', { json: { text }, headers: { 'idempotency-key': text } })
    const asked = Array.from({ length: 24 }, (_, n) => (n % 4 === 0 ? answered('GET', '') : send(`key-${n}`)))
    await Promise.race(asked)
    await first.end('SIGKILL')
    const statuses = await Promise.all(asked)
    expect(new Set(statuses.map((status, n) => `${n % 4 === 0 ? 'GET' : 'POST'} ${status}`))).toEqual(
      new Set(['GET 200', 'POST 201'])
    )
    const { messages } = (await ask('GET', `${room}/messages?limit=50`, { token })).body
    const texts = (messages as Message[]).map(({ text }) => text ?? '')
    expect(texts.sort()).toEqual(statuses.flatMap((_, n) => (n % 4 === 0 ? [] : [`key-${n}`])).sort())
  })
})
