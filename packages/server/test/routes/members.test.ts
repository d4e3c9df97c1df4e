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

test('a role that nobody can give yet is refused, not forgotten', async () => {
  const { ana } = await openApp()
  expect((await ana.put(`${members}/me`, { role: 'owner' })).json()).toMatchObject({
    status: 422,
    errors: [{ pointer: '#/role', detail: 'is unknown' }]
  })
  expect((await ana.put(`${members}/me`, {})).statusCode).toBe(201)
})
