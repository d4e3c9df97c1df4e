import { type IssuedInvite, inviteLink, invitesMax, type NewInvite, noRateLimits, partsOfPageLink } from '@tertulia/protocol'
import Fastify from 'fastify'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type ChatServerOptions, chatServer } from '../../src/app.ts'
import { LocalBus } from '../../src/buses/local.ts'
import { chatServerOptions } from '../../src/root-options.ts'
import { digestOf } from '../../src/services/secrets.ts'
import type { Store } from '../../src/stores/store.ts'
import { Guest, openApp } from '../support/open-app.ts'

const day = 24 * 60 * 60 * 1000
const start = Date.UTC(2026, 10, 23, 10)

/** A private room of ana's, `ops`, in which luis is a moderator, a public one, `lobby`, and a clock. */
async function openWithRooms(options: Partial<ChatServerOptions> = {}) {
  const clock = { ms: start }
  const opened = await openApp({ now: () => clock.ms, ...options })
  const { app, ana, luis, store, folder } = opened
  await ana.post('/v1/rooms', { name: 'ops', visibility: 'private' })
  await ana.post('/v1/rooms', { name: 'lobby' })
  const idOf = async (name: string) => (await store.user(name))?.id as number
  const invited = async (by: Guest, invite: NewInvite) => (await by.post('/v1/invites', invite)).json<IssuedInvite>()
  const moderate = await invited(ana, { room: 'ops', role: 'moderator' })
  expect((await luis.put('/v1/rooms/ops/members/me', { invite: moderate.code })).statusCode).toBe(201)
  const lookUp = (code: string) => app.inject({ method: 'POST', url: '/v1/invites/lookup', payload: { code } })
  const register = (name: string, invite?: string) => app.inject({ method: 'POST', url: '/v1/users', payload: { name, invite } })
  const makeAdmin = async (guest: Guest) => {
    await store.commit([{ kind: 'set-admin', user: await idOf(guest.name), admin: true }])
  }
  const joinWith = (guest: Guest, room: string, code: string) => guest.put(`/v1/rooms/${room}/members/me`, { invite: code })
  return { ...opened, folder, clock, idOf, invited, lookUp, register, makeAdmin, joinWith }
}

const told = ({ statusCode, json }: { statusCode: number; json(): { code: string } }) =>
  statusCode < 400 ? `${statusCode}` : `${statusCode} ${json().code}`

describe('an invite', () => {
  test('to a private room shows where it leads to whoever has its code, and lets one in', async () => {
    const { ana, luis, invited, lookUp, signIn, joinWith } = await openWithRooms()
    const made = await ana.post('/v1/invites', { room: 'ops' })
    expect(made.statusCode).toBe(201)
    const { code, ...invite } = made.json<IssuedInvite>()
    expect(made.headers).toMatchObject({ location: `/v1/invites/${invite.id}`, 'cache-control': 'no-store' })
    expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/)
    expect(invite).toEqual({
      id: expect.any(Number),
      room: 'ops',
      role: 'member',
      admin: false,
      invitedBy: 'ana',
      expiresAt: new Date(start + 7 * day).toISOString(),
      uses: 1,
      used: 0,
      createdAt: new Date(start).toISOString()
    })
    const { room, role, admin, invitedBy, expiresAt } = invite
    const typed = `${code.slice(0, 13).toLowerCase()} ${code.slice(13)}`
    expect((await lookUp(typed)).json()).toEqual({ room, role, admin, invitedBy, expiresAt })
    const marta = await signIn('marta')
    expect((await marta.get('/v1/rooms/ops')).statusCode).toBe(404)
    const joined = await joinWith(marta, 'ops', typed)
    expect(joined.statusCode).toBe(201)
    expect(joined.headers.location).toBe('/v1/rooms/ops/members/marta')
    expect(joined.json()).toEqual({ name: 'marta', kind: 'person', role: 'member' })
    expect((await marta.get('/v1/rooms/ops')).statusCode).toBe(200)
    expect((await ana.get('/v1/invites')).json().invites[0]).toEqual({ ...invite, used: 1 })
    expect(told(await lookUp(code))).toBe('410 invite-spent')
    expect(told(await joinWith(await signIn('pedro'), 'ops', code))).toBe('410 invite-spent')
    expect((await invited(luis, { room: 'ops' })).invitedBy).toBe('luis')
  })

  test('lets somebody register, and into the room, in one commit that the room hears of', async () => {
    const { ana, app, invited, register, told: heard } = await openWithRooms()
    const { code } = await invited(ana, { room: 'ops', role: 'owner' })
    const reply = await register('marta', code)
    expect(reply.statusCode).toBe(201)
    const marta = new Guest(app, reply.json())
    expect((await marta.get('/v1/rooms?member=true')).json().rooms).toMatchObject([{ name: 'ops', role: 'owner', unread: 0 }])
    const { events } = (await ana.get('/v1/rooms/ops/events?after=0')).json()
    expect(events.at(-1)).toMatchObject({ type: 'member.joined', actor: 'marta', member: { name: 'marta', role: 'owner' } })
    expect(heard.slice(-2)).toEqual(['marta registered', 'marta joined ops'])
  })

  test('that was guessed, revoked, used up or is too old is told apart, and registers nobody', async () => {
    const { ana, clock, invited, lookUp, register, joinWith, signIn } = await openWithRooms()
    const marta = await signIn('marta')
    const revoked = await invited(ana, { room: 'lobby' })
    expect((await ana.delete(`/v1/invites/${revoked.id}`)).statusCode).toBe(204)
    expect(told(await ana.delete(`/v1/invites/${revoked.id}`))).toBe('404 invite-not-found')
    const spent = await invited(ana, { room: 'lobby' })
    await register('pedro', spent.code)
    const old = await invited(ana, { room: 'lobby', expiresAt: new Date(start + 1_000).toISOString() })
    clock.ms += 1_000
    const codes = { guessed: '0'.repeat(26), revoked: revoked.code, spent: spent.code, old: old.code }
    for (const [why, wanted] of Object.entries({
      guessed: '404 invite-not-found',
      revoked: '404 invite-not-found',
      spent: '410 invite-spent',
      old: '410 invite-expired'
    })) {
      const code = codes[why as keyof typeof codes]
      expect(told(await lookUp(code)), why).toBe(wanted)
      expect(told(await register('eva', code)), why).toBe(wanted)
      expect(told(await joinWith(marta, 'lobby', code)), why).toBe(wanted)
    }
    expect((await ana.get('/v1/users/eva')).statusCode).toBe(404)
    expect((await marta.get('/v1/rooms?member=true')).json().rooms).toEqual([])
  })

  test('that lets nobody in costs no work on the password that came with it', async () => {
    let made = 0
    const derive = async () => new Uint8Array(32).fill(++made)
    const { app, ana, invited } = await openWithRooms({ passwords: { derive } })
    const register = (invite: string) =>
      app.inject({ method: 'POST', url: '/v1/users', payload: { name: 'marta', password: 'correct horse', invite } })
    expect(told(await register('0'.repeat(26)))).toBe('404 invite-not-found')
    expect(made).toBe(0)
    expect(told(await register((await invited(ana, { room: 'lobby' })).code))).toBe('201')
    expect(made).toBe(1)
  })

  test('of which the last use is wanted by several at the same moment lets exactly one of them in', async () => {
    const { ana, invited, register, lookUp, signIn, joinWith } = await openWithRooms()
    const { code } = await invited(ana, { room: 'ops', uses: 2 })
    const guests = await Promise.all(['marta', 'pedro', 'eva'].map(signIn))
    const replies = await Promise.all([
      ...guests.map((one) => joinWith(one, 'ops', code)),
      ...['julia', 'rosa'].map((name) => register(name, code))
    ])
    expect(replies.map(told).sort()).toEqual(['201', '201', '410 invite-spent', '410 invite-spent', '410 invite-spent'])
    expect((await ana.get('/v1/rooms/ops/members')).json().members).toHaveLength(4)
    expect(told(await lookUp(code))).toBe('410 invite-spent')
  })

  test('is not spent by a registration that is refused', async () => {
    const { ana, invited, register } = await openWithRooms()
    const { code } = await invited(ana, { room: 'ops' })
    expect(told(await register('LUIS', code))).toBe('409 name-taken')
    await ana.patch('/v1/rooms/ops', { archived: true })
    expect(told(await register('marta', code))).toBe('403 room-archived')
    await ana.patch('/v1/rooms/ops', { archived: false })
    expect(told(await register('marta', code))).toBe('201')
  })

  test('changes nothing for a member, who may send it again, and spends nothing', async () => {
    const { ana, luis, invited, signIn, joinWith } = await openWithRooms()
    const { code } = await invited(ana, { room: 'ops' })
    for (const [who, role] of [
      [luis, 'moderator'],
      [ana, 'owner']
    ] as const) {
      const again = await joinWith(who, 'ops', code)
      expect([again.statusCode, again.json().role]).toEqual([200, role])
    }
    const marta = await signIn('marta')
    expect((await joinWith(marta, 'ops', code)).statusCode).toBe(201)
    expect((await joinWith(marta, 'ops', code)).statusCode).toBe(200) // although it is spent by now
    const { events } = (await ana.get('/v1/rooms/ops/events?after=0')).json()
    expect(events.filter(({ type }: { type: string }) => type === 'member.joined')).toHaveLength(3)
  })

  test('is for whoever sends it, and to the room that it was made for', async () => {
    const { ana, invited, signIn, joinWith } = await openWithRooms()
    await ana.post('/v1/rooms', { name: 'secret', visibility: 'private' })
    const marta = await signIn('marta')
    const { code } = await invited(ana, { room: 'ops' })
    expect((await marta.put('/v1/rooms/ops/members/luis', { invite: code })).json()).toMatchObject({
      code: 'invalid-body',
      errors: [{ pointer: '#/invite' }]
    })
    const elsewhere = await joinWith(marta, 'secret', code)
    const nowhere = await joinWith(marta, 'nowhere', code)
    expect(told(elsewhere)).toBe('404 invite-not-found')
    expect(elsewhere.body.replace('secret', 'nowhere').replace(/"instance":"[^"]+"/, '')).toBe(
      nowhere.body.replace(/"instance":"[^"]+"/, '')
    )
    expect(told(await joinWith(marta, 'lobby', code))).toBe('404 invite-not-found')
    expect((await joinWith(marta, 'OPS', code)).headers.location).toBe('/v1/rooms/ops/members/me')
    expect((await joinWith(marta, 'ops', code)).statusCode).toBe(201)
  })

  test.each([
    ['uses', { uses: 0 }],
    ['uses', { uses: 1_001 }],
    ['role', { role: 'banned' }],
    ['role', { room: undefined, role: 'member' }],
    ['admin', { admin: true }],
    ['expiresAt', { expiresAt: 'tomorrow' }],
    ['expiresAt', { expiresAt: new Date(start - 1).toISOString() }],
    ['expiresAt', { expiresAt: '2027-11-23T10:00:00.001Z' }]
  ])('with %s like %o is refused', async (member, wanted) => {
    const { ana } = await openWithRooms()
    const reply = await ana.post('/v1/invites', { room: 'ops', ...wanted })
    expect([told(reply), reply.json().errors[0].pointer]).toEqual(['422 invalid-body', `#/${member}`])
  })

  test('may last a year and let in a thousand', async () => {
    const { ana } = await openWithRooms()
    const reply = await ana.post('/v1/invites', { room: 'ops', uses: 1_000, expiresAt: '2027-11-23T10:00:00Z' })
    expect(reply.statusCode).toBe(201)
  })

  test('has a link whose code no browser sends to a server', () => {
    const code = 'K7QF29XMHB4T0RZC8W6VDN3GYE'
    const link = inviteLink('https://chat.example.org/x/', code)
    expect(new URL(link)).toMatchObject({ pathname: '/x/', search: '', hash: `#join=${code}` })
    expect(partsOfPageLink(link)).toEqual({ server: 'https://chat.example.org/x', invite: code })
    expect(partsOfPageLink('https://chat.example.org/')).toBeUndefined()
  })
})

describe('who may invite', () => {
  test('to a room are its owners, and its moderators mere members; to the server only admins', async () => {
    const { ana, luis, signIn, makeAdmin } = await openWithRooms()
    const marta = await signIn('marta')
    const eva = await signIn('eva')
    await makeAdmin(eva)
    await ana.put('/v1/rooms/lobby/members/marta')
    const ask = async (who: Guest, invite: NewInvite) => told(await who.post('/v1/invites', invite))
    const table: [Guest, ...string[]][] = [
      [ana, '201', '201', '201', '201', '403 not-allowed'],
      [luis, '201', '403 not-allowed', '403 not-allowed', '403 not-allowed', '403 not-allowed'],
      [marta, '404 room-not-found', '404 room-not-found', '404 room-not-found', '403 not-allowed', '403 not-allowed'],
      [eva, '404 room-not-found', '404 room-not-found', '404 room-not-found', '201', '201']
    ]
    for (const [who, ...wanted] of table) {
      const got = [
        await ask(who, { room: 'ops' }),
        await ask(who, { room: 'ops', role: 'moderator' }),
        await ask(who, { room: 'ops', role: 'owner' }),
        await ask(who, { room: 'lobby', role: 'owner' }),
        await ask(who, {})
      ]
      expect(got, who.name).toEqual(wanted)
    }
  })

  test('may be lost, and their invites are worth nothing then', async () => {
    const { ana, luis, app, idOf, invited, lookUp, makeAdmin, register, signIn, store } = await openWithRooms()
    const marta = await signIn('marta')
    await makeAdmin(marta)
    const byMarta = await invited(marta, {})
    const byLuis = await invited(luis, { room: 'ops' })
    const eva = new Guest(app, (await register('eva', (await invited(ana, { room: 'ops', role: 'owner' })).code)).json())
    const byEva = await invited(eva, { room: 'ops' })
    for (const { code } of [byMarta, byLuis, byEva]) expect((await lookUp(code)).statusCode).toBe(200)
    await ana.delete('/v1/rooms/ops/members/luis')
    await store.commit([{ kind: 'set-admin', user: await idOf('marta'), admin: false }])
    await eva.delete('/v1/users/me')
    for (const { code } of [byMarta, byLuis, byEva]) {
      expect(told(await lookUp(code))).toBe('404 invite-not-found')
      expect(told(await register('julia', code))).toBe('404 invite-not-found')
    }
  })

  test('may revoke what they made or might have made, and for others it is not there', async () => {
    const { ana, luis, invited, makeAdmin, signIn } = await openWithRooms()
    const [marta, eva] = [await signIn('marta'), await signIn('eva')]
    await makeAdmin(eva)
    const revoke = async (who: Guest, { id }: IssuedInvite) => told(await who.delete(`/v1/invites/${id}`))
    const gone = '404 invite-not-found'
    const member = await invited(ana, { room: 'ops' })
    const owner = await invited(ana, { room: 'ops', role: 'owner' })
    const lobby = await invited(ana, { room: 'lobby' })
    const server = await invited(eva, {})
    expect([await revoke(marta, member), await revoke(eva, member), await revoke(luis, owner)]).toEqual([gone, gone, gone])
    expect([await revoke(marta, lobby), await revoke(ana, server)]).toEqual([gone, gone])
    for (const [who, invite] of [
      [luis, member],
      [ana, owner],
      [eva, lobby],
      [eva, server]
    ] as const) {
      expect((await who.delete(`/v1/invites/${invite.id}`)).statusCode).toBe(204)
    }
    expect(told(await ana.delete('/v1/invites/first'))).toBe(gone)
  })

  test('see their own, page by page and the newest first; admins those to the server, moderators those to their room', async () => {
    const { ana, luis, invited, makeAdmin, signIn } = await openWithRooms()
    const eva = await signIn('eva')
    await makeAdmin(eva)
    const ids: number[] = []
    for (let n = 0; n < 3; n++) ids.push((await invited(ana, { room: 'lobby' })).id)
    const server = await invited(eva, {})
    const byLuis = await invited(luis, { room: 'ops' })
    const pages: number[][] = []
    for (let url: string | undefined = '/v1/invites?limit=2'; url; ) {
      const reply = await ana.get(url)
      pages.push(reply.json().invites.map(({ id }: IssuedInvite) => id))
      url = /<([^>]+)>/.exec(String(reply.headers.link ?? ''))?.[1]
    }
    expect(pages).toEqual([
      [ids[2], ids[1]],
      [ids[0], expect.any(Number)]
    ]) // the last one is that of a moderator
    const listed = async (who: Guest, query = '') => {
      const reply = await who.get(`/v1/invites${query}`)
      return reply.statusCode === 200 ? reply.json().invites.map(({ id }: IssuedInvite) => id) : told(reply)
    }
    expect(await listed(eva)).toEqual([server.id])
    expect(await listed(luis)).toEqual([byLuis.id])
    expect(await listed(ana, '?room=ops')).toEqual([byLuis.id, expect.any(Number)])
    expect(await listed(luis, '?room=ops')).toEqual([byLuis.id, expect.any(Number)])
    expect(await listed(luis, '?room=OPS')).toHaveLength(2)
    expect((await invited(ana, { room: 'LOBBY' })).room).toBe('lobby')
    expect(await listed(eva, '?room=ops')).toBe('404 room-not-found')
    expect(await listed(luis, '?room=lobby')).toBe('403 not-allowed')
    expect(await listed(eva, '?room=lobby')).toHaveLength(4)
    expect(await listed(ana, '?after=xyz')).toBe('400 invalid-query')
    expect(JSON.stringify((await ana.get('/v1/invites')).json())).not.toContain('code')
  })

  test('have a hundred at most that can still be used', async () => {
    const { ana, clock, invited } = await openWithRooms()
    for (let n = 0; n < invitesMax; n++) await invited(ana, { room: 'lobby', expiresAt: new Date(clock.ms + day).toISOString() })
    expect(told(await ana.post('/v1/invites', { room: 'lobby' }))).toBe('403 too-many-invites')
    clock.ms += day
    expect((await ana.post('/v1/invites', { room: 'lobby' })).statusCode).toBe(201)
    expect((await ana.get('/v1/invites?limit=200')).json().invites).toHaveLength(invitesMax)
  })
})

describe('registration', () => {
  /** A server with the same people and rooms, on which others may register. */
  const another = async (store: Store, registration: 'invite' | 'closed') => {
    const app = Fastify(chatServerOptions)
    onTestFinished(() => app.close())
    await app.register(chatServer, { store, bus: new LocalBus(), limits: noRateLimits, registration })
    const register = (name: string, invite?: string) =>
      app.inject({ method: 'POST', url: '/v1/users', payload: { name, invite } })
    return { app, register }
  }

  test('where one has to be invited asks for an invite, of whatever kind, and tells nobody which names there are', async () => {
    const first = await openWithRooms()
    const { app, register } = await another(first.store, 'invite')
    expect(told(await register('marta'))).toBe('403 invite-required')
    expect(told(await register('ana'))).toBe('403 invite-required')
    expect(told(await register('ana', '0'.repeat(26)))).toBe('404 invite-not-found')
    const toRoom = await first.invited(first.ana, { room: 'ops' })
    expect(told(await register('marta', toRoom.code))).toBe('201')
    await first.makeAdmin(first.ana)
    const toServer = await first.invited(first.ana, {})
    const pedro = await register('pedro', toServer.code)
    expect(pedro.json().user).toMatchObject({ name: 'pedro', admin: false })
    expect((await app.inject('/v1/limits')).json().registration).toBe('invite')
  })

  test('that is closed is so for the invited too', async () => {
    const first = await openWithRooms()
    const { code } = await first.invited(first.ana, { room: 'ops' })
    const { app, register } = await another(first.store, 'closed')
    expect(told(await register('marta', code))).toBe('403 registration-closed')
    expect((await app.inject('/v1/limits')).json().registration).toBe('closed')
    expect((await first.app.inject('/v1/limits')).json().registration).toBe('open')
  })

  test('by the wire of the lab is open, or not at all', async () => {
    await expect(openApp({ lab2: true, registration: 'invite' })).rejects.toThrow('open registration')
  })
})

describe('an admin', () => {
  test('comes about by an invite that only whoever runs the server makes', async () => {
    const { app, store, register, clock } = await openWithRooms()
    const code = 'ABCDEFGHJKMNPQRSTVWXYZ0123'
    const [done] = await store.commit([
      {
        kind: 'make-invite',
        actor: null,
        by: null,
        role: null,
        admin: true,
        uses: 1,
        expiresAtMs: clock.ms + day,
        codeDigest: digestOf(code),
        atMs: clock.ms
      }
    ])
    expect(done).toMatchObject({ invite: { admin: true, invitedBy: null, room: null, role: null } })
    const reply = await register('marta', code)
    const marta = new Guest(app, reply.json())
    expect((await marta.get('/v1/users/me')).json()).toEqual(reply.json().user)
    expect(reply.json().user.admin).toBe(true)
    expect(told(await register('pedro', code))).toBe('410 invite-spent')
  })

  test('acts as an owner in every public room, and sees no private one', async () => {
    const { ana, luis, makeAdmin, signIn } = await openWithRooms()
    const eva = await signIn('eva')
    const { id } = (await luis.post('/v1/rooms/lobby/messages', { text: 'hi' })).json()
    await ana.put('/v1/rooms/lobby/members/luis')
    const ask = async () => [
      (await eva.patch('/v1/rooms/lobby', { title: 'Lobby' })).statusCode,
      (await eva.delete(`/v1/rooms/lobby/messages/${id}`)).statusCode,
      (await eva.delete('/v1/rooms/lobby/members/luis')).statusCode,
      (await eva.patch('/v1/rooms/ops', { title: 'Ops' })).statusCode
    ]
    expect(await ask()).toEqual([403, 403, 403, 404])
    await makeAdmin(eva)
    expect(await ask()).toEqual([200, 204, 204, 404])
  })
})
