import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { ChatServerOptions } from '../../src/app.ts'
import type { OperatorService } from '../../src/services/operator.ts'
import { RawClient } from '../streams/raw-client.ts'
import { beginToFollow } from '../support/following.ts'
import { type Guest, type OpenedApp, openApp } from '../support/open-app.ts'

/** How luis loses the right to read ops, and what he is told when he asks again. */
const losses = [
  ['banned from a public room', 'public', (ana: Guest) => ana.put(luisInOps, { role: 'banned' }), [403, 'banned']],
  ['banned from a private room', 'private', (ana: Guest) => ana.put(luisInOps, { role: 'banned' }), [404, 'room-not-found']],
  ['removed from a private room', 'private', (ana: Guest) => ana.delete(luisInOps), [404, 'room-not-found']]
] as const
const luisInOps = '/v1/rooms/ops/members/luis'

const room = '/v1/rooms/ops/events?after=now'
const several = '/v1/events?after=general:now,ops:now'
const streams = [
  ['a stream of Server-Sent Events', room, 'Accept: text/event-stream'],
  ['a stream of JSON lines', room, 'Accept: application/x-ndjson'],
  ['a stream of several rooms', several, 'Accept: text/event-stream']
] as const
const polls = [
  ['a request that waits for the events of one room', room, 'Prefer: wait=60'],
  ['one that waits for those of several', several, 'Prefer: wait=60']
] as const

/** A server with the room ops, in which luis is a member and ana speaks. */
async function openOps(
  visibility: string,
  options: Partial<ChatServerOptions> = {}
): Promise<OpenedApp & { ask: (path: string, field: string) => Promise<RawClient> }> {
  const opened = await openApp(options)
  const { app, ana, luis } = opened
  await app.listen({ port: 0, host: '127.0.0.1' })
  await ana.post('/v1/rooms', { name: 'ops', visibility })
  await ana.put(luisInOps)
  const { port } = app.server.address() as AddressInfo
  const ask = async (path: string, field: string) => {
    const client = await RawClient.open(port)
    onTestFinished(() => void client.socket.destroy())
    client.send(`GET ${path} HTTP/1.1\r\nAuthorization: ${luis.headers.authorization}\r\n${field}`)
    return client
  }
  return { ...opened, ask }
}

const ended = '\r\n0\r\n\r\n'

describe.each(losses)('whoever is %s', (_how, visibility, lose, refusal) => {
  test.each(streams)('gets nothing more on %s, which ends', async (_what, path, accept) => {
    const { ana, luis, ask } = await openOps(visibility)
    const client = await ask(path, accept)
    await client.until(/"type":"synced","room":"ops"/)
    await lose(ana)
    await ana.post('/v1/rooms/ops/messages', { text: 'not for luis' })
    await client.until(ended)
    expect(client.said.at(-1)).toMatchObject({ type: 'member.left', room: 'ops', member: { name: 'luis' } })
    expect(client.text).not.toContain('not for luis')
    const again = await luis.get(path)
    expect([again.statusCode, again.json().code]).toEqual(refusal)
  })

  test.each(polls)('is answered on %s, and gets nothing more', async (_what, path, prefer) => {
    const { ana, luis, ask } = await openOps(visibility)
    const client = await ask(path, prefer)
    await beginToFollow(ana, 'ops', 'luis')
    await lose(ana)
    await ana.post('/v1/rooms/ops/messages', { text: 'not for luis' })
    await client.until(/\}$/)
    expect(client.text).not.toContain('not for luis')
    const again = await luis.get(path)
    expect([again.statusCode, again.json().code]).toEqual(refusal)
  })
})

test('whoever only read a public room is cut when they are banned, and others read on', async () => {
  const { ana, signIn, ask, luis } = await openOps('public')
  await luis.delete('/v1/rooms/ops/members/me')
  await signIn('marta')
  const client = await ask(room, 'Accept: text/event-stream')
  await client.until('event: synced')
  await ana.put('/v1/rooms/ops/members/marta', { role: 'banned' })
  await ana.post('/v1/rooms/ops/messages', { text: 'still here?' })
  await client.until('still here?')
  await ana.put(luisInOps, { role: 'banned' })
  await client.until(ended)
  expect(client.said.at(-1)).toMatchObject({ type: 'member.left', reason: 'banned', member: { name: 'luis', role: 'banned' } })
})

test('a role that changes, and a ban that is lifted, cut nobody', async () => {
  const { ana, ask } = await openOps('public')
  const client = await ask(room, 'Accept: text/event-stream')
  await client.until('event: synced')
  await ana.put(luisInOps, { role: 'moderator' })
  await ana.put(luisInOps, { role: 'member' })
  await ana.delete(luisInOps)
  await ana.post('/v1/rooms/ops/messages', { text: 'still here?' })
  await client.until('still here?')
  expect(client.events.map(({ type }) => type).slice(-4)).toEqual([
    'member.updated',
    'member.updated',
    'member.left',
    'message.created'
  ])
})

test.each(streams)(
  'an admin who is banned reads on, and gets nothing more on %s once they are none',
  async (_what, path, accept) => {
    let operator: OperatorService | undefined
    const { ana, ask } = await openOps('public', {
      onOperator: (service) => {
        operator = service
      }
    })
    expect((await ana.put(luisInOps, { role: 'banned' })).statusCode).toBe(200)
    await operator?.setAdmin('luis', true)
    const client = await ask(path, accept)
    await client.until(/"type":"synced","room":"ops"/)
    await ana.post('/v1/rooms/ops/messages', { text: 'for an admin' })
    await client.until('for an admin')
    await operator?.setAdmin('luis', false)
    await ana.post('/v1/rooms/ops/messages', { text: 'not for luis' })
    await client.until(ended)
    expect(client.said.at(-1)).toMatchObject({ type: 'goodbye' })
    expect(client.text).not.toContain('not for luis')
  }
)
