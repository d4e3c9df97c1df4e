import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { accessFor } from '../../src/identity/access.ts'
import { serverAddress } from '../../src/identity/destination.ts'
import { Profile } from '../../src/identity/profile.ts'

const here = 'http://127.0.0.1:1543'
const there = 'http://203.0.113.9:1543'
let profile: Profile

beforeEach(() => {
  const path = mkdtempSync(join(tmpdir(), 'chat-access-'))
  onTestFinished(() => rmSync(path, { recursive: true }))
  profile = new Profile(path)
})

test('without anything it is general on this computer, and nobody', () => {
  expect(accessFor({}, profile, {})).toEqual({ server: here, room: 'general', who: { name: undefined } })
})

test('the last join gives server, room and name', () => {
  const ana = { server: there, name: 'ana', token: 'a' }
  profile.remember(ana)
  profile.rememberJoin({ server: there, name: 'ana', room: 'ops' })
  expect(accessFor({}, profile, {})).toEqual({ server: there, room: 'ops', who: ana })
  expect(accessFor({ room: 'general' }, profile, {})).toEqual({ server: there, room: 'general', who: ana })
})

test('on another server its room and name mean nothing', () => {
  profile.remember({ server: here, name: 'luis', token: 'l' })
  profile.rememberJoin({ server: there, name: 'ana', room: 'ops' })
  expect(accessFor({ server: here }, profile, {})).toMatchObject({ room: 'general', who: { name: 'luis' } })
})

test('a server of this computer is the same however it is called', () => {
  const ana = { server: here, name: 'ana', token: 'a' }
  profile.remember(ana)
  profile.rememberJoin({ server: here, name: 'ana', room: 'ops' })
  for (const server of ['http://localhost:1543', 'http://[::1]:1543/', 'LOCALHOST:1543']) {
    expect(accessFor({ server }, profile, {})).toEqual({ server: serverAddress(server), room: 'ops', who: ana })
  }
  expect(accessFor({ server: 'http://127.0.0.2:1543' }, profile, {}).who).toEqual({ name: undefined })
})

test('of several names on a server one must be chosen', () => {
  profile.remember({ server: here, name: 'luis', token: 'l' })
  profile.remember({ server: here, name: 'ana', token: 'a' })
  expect(() => accessFor({}, profile, {})).toThrow(/several names on http:\/\/127.0.0.1:1543: ana, luis\. Choose one with --as/)
  expect(accessFor({ as: 'luis' }, profile, {})).toMatchObject({ who: { token: 'l' } })
})

test('a name that is not remembered is kept as a wish', () => {
  expect(accessFor({ as: 'marta' }, profile, {}).who).toEqual({ name: 'marta' })
})

test('a token in the environment wins, and with a server nothing is read at home', () => {
  const unread = new Profile('/dev/null/nowhere')
  const access = accessFor({ server: here, as: 'ana' }, unread, { CHAT_TOKEN: 'secret' })
  expect(access).toEqual({ server: here, room: 'general', who: { token: 'secret' } })
})

test('a wrong CHAT_SERVER is called by its name', () => {
  expect(() => accessFor({ server: 'zzz' }, profile, { CHAT_SERVER: 'zzz' })).toThrow(
    /^CHAT_SERVER is “zzz”, which is not the address of a server/
  )
})
