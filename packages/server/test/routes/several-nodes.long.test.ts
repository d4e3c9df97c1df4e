import { type LogEvent, messageOf } from '@tertulia/protocol'
import { describe, expect, test } from 'vitest'
import { openNodes } from '../support/open-nodes.ts'
import { isLong, length } from '../support/test-length.ts'

const room = '/v1/rooms/general/events?after=now'
const ended = '\r\n0\r\n\r\n'

describe('two nodes that hear nothing of one another', () => {
  test('the newest page of one shows what the other has acknowledged, at once', async () => {
    const [near, far] = await openNodes()
    for (let count = 1; count <= length({ short: 3, long: 20 }); count++) {
      const { id } = (await near.ana.post('/v1/rooms/general/messages', { text: `number ${count}` })).json()
      const page = await far.luis.get('/v1/rooms/general/messages')
      expect(page.json().messages.at(-1)).toMatchObject({ id, text: `number ${count}` })
      const again = await far.luis.get('/v1/rooms/general/messages', { 'if-none-match': `${page.headers.etag}` })
      expect(again.statusCode).toBe(304)
      await near.ana.delete(`/v1/rooms/general/messages/${id}`)
      const changed = await far.luis.get('/v1/rooms/general/messages', { 'if-none-match': `${page.headers.etag}` })
      expect([changed.statusCode, changed.json().messages.at(-1).text]).toEqual([200, null])
    }
  })

  test('a follower of one gets what is said on the other, once and in order', async () => {
    const [near, far] = await openNodes()
    const client = await far.follow(room)
    await client.until('"type":"synced"')
    for (let count = 0; count < 50; count++) {
      await (count % 3 ? near : far).ana.post('/v1/rooms/general/messages', { text: `number ${count}` })
    }
    await client.until('number 49')
    const texts = client.events.flatMap((event) => messageOf(event as LogEvent)?.text ?? [])
    expect(texts).toEqual(Array.from({ length: 50 }, (_, count) => `number ${count}`))
  })

  test('a token that has ended on one is refused by the other, and its streams end there', async () => {
    const [near, far] = await openNodes()
    const client = await far.follow(room)
    await client.until('"type":"synced"')
    expect((await far.luis.get('/v1/rooms')).statusCode).toBe(200)
    await near.luis.delete('/v1/sessions/current')
    await expect.poll(async () => (await far.luis.get('/v1/rooms')).statusCode).toBe(401)
    await client.until(ended)
    expect(client.said.at(-1)).toMatchObject({ type: 'goodbye' })
  })

  test('whoever is banned on one is cut on the other, and hears nothing more', async () => {
    const [near, far] = await openNodes()
    await near.ana.post('/v1/rooms', { name: 'ops', visibility: 'public' })
    const client = await far.follow('/v1/rooms/ops/events?after=now')
    await client.until('"type":"synced"')
    await near.ana.put('/v1/rooms/ops/members/luis', { role: 'banned' })
    await near.ana.post('/v1/rooms/ops/messages', { text: 'not for luis' })
    await client.until(ended)
    expect(client.text).not.toContain('not for luis')
    expect((await far.luis.get('/v1/rooms/ops/messages')).statusCode).toBe(403)
  })

  test.runIf(isLong)('whoever is banned and no longer an admin on one is cut on the other', async () => {
    const [near, far] = await openNodes()
    await near.ana.post('/v1/rooms', { name: 'ops', visibility: 'public' })
    await near.ana.put('/v1/rooms/ops/members/luis', { role: 'banned' })
    await near.operator.setAdmin('luis', true)
    await expect.poll(async () => (await far.luis.get('/v1/users/me')).json().admin).toBe(true)
    const client = await far.follow('/v1/rooms/ops/events?after=now')
    await client.until('"type":"synced"')
    await near.ana.post('/v1/rooms/ops/messages', { text: 'for an admin' })
    await client.until('for an admin')
    await near.operator.setAdmin('luis', false)
    await client.until(ended)
    expect(client.said.at(-1)).toMatchObject({ type: 'goodbye' })
    expect((await far.luis.get('/v1/rooms/ops/messages')).statusCode).toBe(403)
  })
})
