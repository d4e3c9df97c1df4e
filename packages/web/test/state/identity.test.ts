import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { forgetIdentity, loadIdentity, saveIdentity } from '../../src/state/identity.ts'

const server = 'https://chat.example.com'
const ana = { server, token: 'tt_a', name: 'ana' }
const luis = { server, token: 'tt_l', name: 'luis' }

beforeEach(() => {
  const kept = new Map<string, string>()
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
    removeItem: (key: string) => kept.delete(key)
  })
})
afterEach(() => {
  vi.unstubAllGlobals()
})

test('who signs out in one tab takes nothing from who has signed in in another one', () => {
  saveIdentity(ana)
  saveIdentity(luis)
  forgetIdentity(ana)
  expect(loadIdentity(server)).toEqual(luis)
  forgetIdentity(luis)
  expect(loadIdentity(server)).toBeUndefined()
})

test('chats under two paths of one site know nothing of each other', () => {
  const other = { ...luis, server: `${server}/team` }
  saveIdentity(ana)
  saveIdentity(other)
  forgetIdentity(other)
  expect(loadIdentity(server)).toEqual(ana)
})
