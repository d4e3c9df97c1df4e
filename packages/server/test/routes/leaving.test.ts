import { expect, test } from 'vitest'
import { Guest, openApp } from '../support/open-app.ts'

test('whoever leaves for ever is gone from every room and every device at once, and their name stays theirs', async () => {
  const { app, ana, luis, told } = await openApp()
  await luis.post('/v1/rooms', { name: 'secret', visibility: 'private' })
  await luis.put('/v1/rooms/secret/members/ana')
  const { id } = (await ana.post('/v1/rooms/general/messages', { text: 'adiós' })).json()
  const { code } = (await ana.post('/v1/links')).json()
  const phone = new Guest(app, (await app.inject({ method: 'POST', url: '/v1/sessions', payload: { code } })).json())
  const ci = new Guest(app, (await ana.post('/v1/bots', { name: 'ci' })).json())
  expect((await ci.get('/v1/users/me')).statusCode).toBe(200)

  const reply = await ana.delete('/v1/users/me')
  expect(reply.statusCode).toBe(204)
  for (const who of [ana, phone, ci]) expect((await who.get('/v1/users/me')).statusCode).toBe(401)
  for (const name of ['ana', 'ci']) {
    expect((await luis.get(`/v1/users/${name}`)).json()).toMatchObject({ code: 'user-not-found' })
    const again = await app.inject({ method: 'POST', url: '/v1/users', payload: { name } })
    expect(again.json()).toMatchObject({ code: 'name-taken' })
  }
  expect((await luis.get(`/v1/rooms/general/messages/${id}`)).json()).toMatchObject({ author: { name: 'ana' }, text: 'adiós' })
  const { events } = (await luis.get('/v1/rooms/secret/events?after=0')).json()
  expect(events.at(-1)).toMatchObject({ type: 'member.left', actor: 'ana', member: { name: 'ana' }, reason: 'left' })
  expect(told).toContain('ana left for ever')
})

test('whoever is the only owner of a room stays, and is told which rooms', async () => {
  const { ana } = await openApp()
  for (const name of ['ops', 'builds']) await ana.post('/v1/rooms', { name })
  const reply = await ana.delete('/v1/users/me')
  expect(reply.statusCode).toBe(409)
  expect(reply.json()).toMatchObject({
    code: 'last-owner',
    detail:
      'Nobody else owns builds, ops, and nobody can change rooms without an owner. Make somebody else an owner of each of them first.',
    errors: [{ pointer: '/builds' }, { pointer: '/ops' }]
  })
  expect((await ana.get('/v1/users/me')).statusCode).toBe(200)
})

test('a bot is ended by its owner, and by nobody else', async () => {
  const { app, ana, luis } = await openApp()
  const ci = new Guest(app, (await ana.post('/v1/bots', { name: 'ci' })).json())
  await ci.post('/v1/rooms/general/messages', { text: 'build 118 passed' })
  for (const name of ['ci', 'ana', 'nobody']) {
    expect((await luis.delete(`/v1/bots/${name}`)).json(), name).toMatchObject({ status: 404, code: 'user-not-found' })
  }
  expect((await ana.delete('/v1/bots/CI')).statusCode).toBe(204)
  expect((await ci.get('/v1/users/me')).statusCode).toBe(401)
  expect((await ana.get('/v1/bots')).json()).toEqual({ bots: [] })
  expect((await ana.get('/v1/rooms/general/members')).json().members).toEqual([])
  expect((await ana.get('/v1/users/me')).statusCode).toBe(200)
})
