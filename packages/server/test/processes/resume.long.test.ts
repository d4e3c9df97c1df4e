import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { length } from '../support/test-length.ts'
import { ask, register } from './support/ask.ts'
import { Follower } from './support/follower.ts'
import { ServerProcess } from './support/server-process.ts'

describe('a follower that was away', { timeout: 5 * 60_000 }, () => {
  let folder: string
  let server: ServerProcess
  let token: string
  const room = () => `${server.url}/v1/rooms/general`
  const send = (text: string) => ask('POST', `${room()}/messages`, { token, json: { text } })

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tertulia-resume-'))
    server = await ServerProcess.start(join(folder, 'chat.db'))
    token = await register(server.url, 'ana')
  })
  afterAll(async () => {
    await server.end('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  })

  const missed = length({ short: 2_000, long: 10_000 })

  test(`for ${missed} messages gets exactly those in order, then synced, then what comes`, async () => {
    await send('before')
    const cursor: string = (await ask('GET', `${room()}/messages`, { token })).body.cursor
    let next = 0
    const write = async () => {
      while (next < missed) await send(`away ${next++}`)
    }
    await Promise.all(Array.from({ length: 32 }, write))

    const follower = new Follower(() => `${room()}/events`, token, cursor)
    await follower.until('synced')
    const { body: first } = await ask('GET', `${room()}/messages?limit=1`, { token })
    expect(follower.events).toHaveLength(missed)
    expect(follower.events.at(-1)?.seq).toBe(first.messages[0].id)
    expect(follower.notes).toEqual(['ready', 'synced'])
    const { body: live } = await send('live')
    await follower.until(live.id)
    expect(follower.events).toHaveLength(missed + 1)
    expect(follower.notes).toEqual(['ready', 'synced'])
    follower.end()
  })

  test('with a cursor of another life, or beyond the end, is told so; a malformed one is refused', async () => {
    const head: string = (await ask('GET', `${room()}/messages?limit=1`, { token })).body.cursor
    const [epoch, seq] = head.split('.')
    const open = (after: string) =>
      ask('GET', `${room()}/events?after=${encodeURIComponent(after)}`, { token, headers: { accept: 'text/event-stream' } })
    for (const after of ['aaaaaaaa.5', `${epoch}.${Number(seq) + 1}`]) {
      expect(await open(after), after).toMatchObject({ status: 410, body: { code: 'cursor-expired', cursor: head } })
    }
    for (const after of ['5', 'x.y', `${epoch}.-1`, `${epoch}.1e3`, `${epoch}.٣`, `${epoch}.99999999999999999`, '']) {
      expect(await open(after), after).toMatchObject({ status: 400, body: { code: 'cursor-invalid' } })
    }
  })
})
