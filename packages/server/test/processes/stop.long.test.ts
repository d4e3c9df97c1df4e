import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { length } from '../support/test-length.ts'
import { ask, register } from './support/ask.ts'
import { Follower } from './support/follower.ts'
import { ServerProcess } from './support/server-process.ts'

/** That SIGINT ends it as well is in main.test.ts too. */
const signals = length<NodeJS.Signals[]>({ short: ['SIGTERM'], long: ['SIGTERM', 'SIGINT'] })

test.each(signals)(
  '%s: accepted requests are answered, streams get goodbye and find the restarted server, the exit is 0 within 5 s',
  { timeout: 5 * 60_000 },
  async (signal) => {
    const folder = mkdtempSync(join(tmpdir(), 'tertulia-stop-'))
    const file = join(folder, 'chat.db')
    let server = await ServerProcess.start(file)
    const { port } = server
    const room = `http://127.0.0.1:${port}/v1/rooms/general`
    const quiet = `http://127.0.0.1:${port}/v1/rooms/quiet`
    const token = await register(server.url, 'ana')
    const cursor: string = (await ask('GET', `${room}/messages`, { token })).body.cursor
    const follow = (count: number, format: 'sse' | 'ndjson' | 'json', at: string, after: string) =>
      Array.from({ length: count }, () => new Follower(() => `${at}/events`, token, after, format))
    const streams = [...follow(34, 'sse', room, cursor), ...follow(33, 'ndjson', room, cursor)]
    const pollers = follow(10, 'json', room, cursor)
    await ask('POST', `http://127.0.0.1:${port}/v1/rooms`, { token, json: { name: 'quiet' } })
    const waiters = follow(23, 'json', quiet, `${cursor.split('.')[0]}.2`)
    await Promise.all(streams.map((follower) => follower.until('synced')))

    const answers: number[] = []
    let acknowledged = 0
    const writing = Array.from({ length: 8 }, async () => {
      for (;;) {
        const answer = await ask('POST', `${room}/messages`, { token, json: { text: 'hi' } }).catch(() => undefined)
        if (answer) answers.push(answer.status)
        if (answer?.status !== 201) return
        acknowledged++
      }
    })
    await streams[0]?.until(50)
    const begun = performance.now()
    expect(await server.end(signal)).toBe(0)
    expect(performance.now() - begun).toBeLessThan(5_000)
    await Promise.all(writing)
    expect(answers.filter((status) => status !== 201 && status !== 503)).toEqual([])
    for (const follower of streams) expect(follower.notes).toContain('goodbye')
    for (const waiter of waiters) expect(waiter.notes).toEqual(['nothing'])

    server = await ServerProcess.start(file, { port })
    const { body: last } = await ask('POST', `${room}/messages`, { token, json: { text: 'back' } })
    const { body: first } = await ask('POST', `${quiet}/messages`, { token, json: { text: 'not quiet' } })
    await Promise.all([...streams, ...pollers].map((follower) => follower.until(last.id)))
    await Promise.all(waiters.map((waiter) => waiter.until(first.id)))
    for (const waiter of waiters) {
      expect(waiter.events.map(({ seq }) => seq)).toEqual([first.id])
      waiter.end()
    }
    for (const follower of [...streams, ...pollers]) {
      expect(follower.events.filter(({ type }) => type === 'message.created')).toHaveLength(acknowledged + 1)
      follower.end()
    }
    expect(await server.end('SIGTERM')).toBe(0)
    rmSync(folder, { recursive: true, force: true })
  }
)

test('a Ctrl-C that arrives twice, as from npm, is one: the exit is 0', { timeout: 5 * 60_000 }, async () => {
  for (let n = 0; n < length({ short: 1, long: 5 }); n++) {
    const folder = mkdtempSync(join(tmpdir(), 'tertulia-twice-'))
    const server = await ServerProcess.start(join(folder, 'chat.db'))
    process.kill(server.pid, 'SIGINT')
    expect(await server.end('SIGINT')).toBe(0)
    rmSync(folder, { recursive: true, force: true })
  }
})
