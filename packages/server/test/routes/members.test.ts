import { expect, test } from 'vitest'
import { openApp } from '../support/open-app.ts'

const members = '/v1/rooms/general/members'

test('joining is 201 the first time, 200 afterwards', async () => {
  const { ana, told } = await openApp()
  const first = await ana.put(`${members}/me`)
  expect(first.statusCode).toBe(201)
  expect(first.headers.location).toBe(`${members}/ana`)
  expect(first.json()).toEqual({ name: 'ana', kind: 'person', role: 'member' })
  expect((await ana.put(`${members}/ana`)).statusCode).toBe(200)
  expect(told.filter((happening) => happening === 'ana joined general')).toHaveLength(1)
})

test('the list says who belongs here and who follows now', async () => {
  const { ana, luis } = await openApp()
  await ana.put(`${members}/me`)
  const reply = await luis.get(members)
  expect(reply.json()).toEqual({ members: [{ name: 'ana', kind: 'person', role: 'member', connected: false }] })
})

test('the first message joins', async () => {
  const { ana, told } = await openApp()
  await ana.post('/v1/rooms/general/messages', { text: 'hi' })
  expect((await ana.get(members)).json().members).toMatchObject([{ name: 'ana' }])
  expect(told).toContain('ana joined general')
})

test('leaving is 204, and who is no member cannot leave', async () => {
  const { ana, told } = await openApp()
  await ana.put(`${members}/me`)
  const left = await ana.delete(`${members}/me`)
  expect([left.statusCode, left.body]).toEqual([204, ''])
  expect(told).toContain('ana left general')
  expect((await ana.delete(`${members}/me`)).json()).toMatchObject({
    status: 404,
    code: 'member-not-found',
    detail: 'You are not a member of general.'
  })
})

test('the owner of a private room lets others in, and out', async () => {
  const { ana, luis, told } = await openApp()
  await ana.post('/v1/rooms', { name: 'ops', visibility: 'private' })
  expect((await ana.put('/v1/rooms/ops/members/luis')).statusCode).toBe(201)
  expect((await luis.get('/v1/rooms/ops')).statusCode).toBe(200)
  expect((await luis.delete('/v1/rooms/ops/members/ana')).json()).toMatchObject({
    status: 403,
    code: 'not-allowed',
    detail: 'Only an owner of ops may do that.'
  })
  expect((await ana.delete('/v1/rooms/ops/members/luis')).statusCode).toBe(204)
  expect((await luis.get('/v1/rooms/ops')).statusCode).toBe(404)
  expect(told).toEqual(expect.arrayContaining(['ana added luis to ops', 'ana removed luis from ops']))
})

test('nobody can be added who is not there', async () => {
  const { ana } = await openApp()
  await ana.post('/v1/rooms', { name: 'ops' })
  expect((await ana.put('/v1/rooms/ops/members/marta')).json()).toMatchObject({
    status: 404,
    code: 'user-not-found',
    detail: 'There is no user “marta”.'
  })
})

test('a name that nobody can have is nobody, whatever is asked of them', async () => {
  const { ana } = await openApp()
  for (const method of ['PUT', 'DELETE'] as const) {
    const reply = await ana.ask(method, '/v1/rooms/general/members/%00')
    expect([reply.statusCode, reply.json().code]).toEqual([404, 'user-not-found'])
  }
})

test('an owner gives roles, and every reader is told', async () => {
  const { ana, luis, told } = await openApp()
  await ana.post('/v1/rooms', { name: 'ops' })
  const first = await ana.put('/v1/rooms/ops/members/luis', { role: 'moderator' })
  expect([first.statusCode, first.headers.location, first.json()]).toEqual([
    201,
    '/v1/rooms/ops/members/luis',
    { name: 'luis', kind: 'person', role: 'moderator' }
  ])
  const { cursor } = (await luis.get('/v1/rooms/ops/events?after=0')).json()
  for (const times of [1, 2]) {
    const reply = await ana.put('/v1/rooms/ops/members/Luis', { role: 'owner' })
    expect([times, reply.statusCode, reply.json().role]).toEqual([times, 200, 'owner'])
  }
  const { events } = (await luis.get(`/v1/rooms/ops/events?after=${cursor}`)).json()
  expect(events).toMatchObject([{ type: 'member.updated', actor: 'ana', member: { name: 'luis', role: 'owner' } }])
  expect(told).toEqual(expect.arrayContaining(['ana added luis to ops', 'ana made luis an owner of ops']))
})

test('whoever owns a room alone leaves it after making another owner', async () => {
  const { ana, luis } = await openApp()
  await ana.post('/v1/rooms', { name: 'ops' })
  expect((await ana.delete('/v1/rooms/ops/members/me')).json()).toMatchObject({
    status: 409,
    code: 'last-owner',
    detail:
      'You are the only owner of ops, and nobody can change a room without an owner. Make somebody else an owner first. If nobody needs the room any more, archive it.'
  })
  expect((await ana.put('/v1/rooms/ops/members/me', { role: 'member' })).json()).toMatchObject({ status: 409 })
  await ana.put('/v1/rooms/ops/members/luis', { role: 'owner' })
  expect((await ana.delete('/v1/rooms/ops/members/me')).statusCode).toBe(204)
  expect((await luis.patch('/v1/rooms/ops', { title: 'Mine now' })).statusCode).toBe(200)
})

test('a moderator lets in, bans and deletes what others wrote, but not against an owner', async () => {
  const { ana, luis, signIn, told } = await openApp()
  const marta = await signIn('marta')
  await ana.post('/v1/rooms', { name: 'ops' })
  await ana.put('/v1/rooms/ops/members/luis', { role: 'moderator' })
  const { id } = (await marta.post('/v1/rooms/ops/messages', { text: 'spam' })).json()
  expect((await luis.put(`/v1/rooms/ops/messages/${id}`, { text: 'no spam' })).json()).toMatchObject({ code: 'not-author' })
  expect((await luis.delete(`/v1/rooms/ops/messages/${id}`)).statusCode).toBe(204)
  const banned = await luis.put('/v1/rooms/ops/members/marta', { role: 'banned' })
  expect([banned.statusCode, banned.json()]).toEqual([200, { name: 'marta', kind: 'person', role: 'banned' }])
  expect(told).toContain('luis banned marta from ops')
  expect((await luis.put('/v1/rooms/ops/members/ana', { role: 'banned' })).json()).toMatchObject({
    code: 'not-allowed',
    detail: 'Only an owner of ops may do that.'
  })
  expect((await luis.delete('/v1/rooms/ops/members/ana')).json()).toMatchObject({ code: 'not-allowed' })
  expect((await luis.put('/v1/rooms/ops/members/me', { role: 'owner' })).json()).toMatchObject({ code: 'not-allowed' })
  expect((await luis.patch('/v1/rooms/ops', { title: 'Mine' })).json()).toMatchObject({ code: 'not-allowed' })
})

test('whoever is banned is told so, wherever they try, until a moderator lifts the ban', async () => {
  const { ana, luis, told } = await openApp()
  await ana.post('/v1/rooms', { name: 'ops' })
  await luis.post('/v1/rooms/ops/messages', { text: 'hi' })
  await ana.put('/v1/rooms/ops/members/luis', { role: 'banned' })
  for (const path of ['', '/members', '/messages', '/messages/4', '/events', '/events?after=0', '/export']) {
    expect((await luis.get(`/v1/rooms/ops${path}`)).json(), path).toMatchObject({
      status: 403,
      code: 'banned',
      detail: 'You are banned from ops. A moderator can lift the ban.'
    })
  }
  expect((await luis.get('/v1/search?q=hi&room=ops')).json()).toMatchObject({ code: 'banned' })
  expect((await luis.get('/v1/search?q=hi')).json().messages).toEqual([])
  expect((await luis.get('/v1/events?after=ops:0')).json()).toMatchObject({ code: 'banned', errors: [{ pointer: '/ops' }] })
  for (const role of [undefined, 'member']) {
    expect((await luis.put('/v1/rooms/ops/members/me', { role })).json()).toMatchObject({ code: 'banned' })
  }
  expect((await luis.delete('/v1/rooms/ops/members/me')).json()).toMatchObject({ code: 'banned' })

  expect((await ana.put('/v1/rooms/ops/members/luis')).json()).toMatchObject({
    code: 'banned',
    detail: 'luis is banned from ops. Lift the ban first, if they should come back.'
  })
  expect((await ana.delete('/v1/rooms/ops/members/luis')).statusCode).toBe(204)
  expect(told).toContain('ana lifted the ban of luis from ops')
  expect((await luis.put('/v1/rooms/ops/members/me')).statusCode).toBe(201)
})

test('who is banned is shown to owners and moderators alone, and they to everybody', async () => {
  const { ana, luis, signIn } = await openApp()
  await signIn('marta')
  await ana.post('/v1/rooms', { name: 'ops' })
  await ana.put('/v1/rooms/ops/members/marta', { role: 'banned' })
  const list = async (guest: typeof ana, query = '') => (await guest.get(`/v1/rooms/ops/members${query}`)).json()
  expect(await list(ana)).toMatchObject({ members: [{ name: 'ana' }] })
  expect(await list(ana, '?role=banned')).toEqual({
    members: [{ name: 'marta', kind: 'person', role: 'banned', connected: false }]
  })
  expect(await list(luis, '?role=banned')).toMatchObject({ status: 403, code: 'not-allowed' })
  expect(await list(luis, '?role=owner')).toMatchObject({ members: [{ name: 'ana', role: 'owner' }] })
  expect(await list(luis, '?role=owner&connected=true')).toEqual({ members: [] })
  expect(await list(luis, '?role=boss')).toMatchObject({ status: 400, code: 'invalid-query', errors: [{ pointer: '#/role' }] })
})

test('a role that does not exist is refused, and so is what nobody knows', async () => {
  const { ana } = await openApp()
  expect((await ana.put(`${members}/me`, { role: 'boss' })).json()).toMatchObject({
    status: 422,
    errors: [{ pointer: '#/role', detail: 'must be one of: owner, moderator, member, banned' }]
  })
  expect((await ana.put(`${members}/me`, { rank: 1 })).json()).toMatchObject({ status: 422, errors: [{ pointer: '#/rank' }] })
  expect((await ana.put(`${members}/me`, {})).statusCode).toBe(201)
})
