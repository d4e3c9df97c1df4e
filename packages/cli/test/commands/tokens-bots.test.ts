import { readdirSync } from 'node:fs'
import { beforeAll, expect, test } from 'vitest'
import { type Home, startWith } from '../support/chat.ts'

let url: string
let ana: Home
let luis: Home

beforeAll(async () => {
  const chat = await startWith(['ana', 'luis'], '--limits', 'off')
  url = chat.server.url
  ;[ana, luis] = chat.homes
  await ana.client.rooms.create({ name: 'builds' })
  await ana.client.rooms.create({ name: 'plans', visibility: 'private' })
  return chat.end
})

/** What a program does that has been given a token. */
const as = (token: string) => ({ env: { CHAT_SERVER: url, CHAT_TOKEN: token.trim() } })
const said = (sentence: string) => expect.stringContaining(sentence)

test('a token for one room is printed alone, and is good for that room and no other', async () => {
  const { code, stdout: token, stderr } = await ana.chat(['tokens', 'create', '--name', 'nightly', '--room', 'builds'])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(token).toMatch(/^tt_\S+\n$/)
  expect((await luis.chat(['send', '--room', 'builds', 'passed'], as(token))).code).toBe(0)
  expect(await luis.chat(['send', '--room', 'general', 'hi'], as(token))).toMatchObject({
    code: 3,
    stderr: said('[403 token-scope]')
  })
})

test('CHAT_ROOM limits no token that was asked for without a limit', async () => {
  const { stdout } = await ana.chat(['tokens', 'create', '--name', 'wide', '--json'], { env: { CHAT_ROOM: 'builds' } })
  expect(JSON.parse(stdout)).toMatchObject({ name: 'wide', scope: 'write', rooms: null, expiresAt: null, token: said('tt_') })
})

test('tokens are listed with their limits, and end by name or number', async () => {
  const create = ['tokens', 'create', '--name', 'reader', '--scope', 'read', '--room', 'builds', '--room', 'general']
  const { stdout } = await ana.chat([...create, '--expires', '90d', '--json'])
  const { id, expiresAt, token } = JSON.parse(stdout)
  expect((Date.parse(expiresAt) - Date.now()) / 86_400_000).toBeCloseTo(90, 1)
  expect((await ana.chat(['tokens'])).stdout).toContain(`reader\t${id}\tread\t${expiresAt.slice(0, 10)}\tbuilds general\n`)
  expect((await ana.chat(['tokens'])).stdout).toMatch(/^wide\t\d+\twrite\t-\tall rooms$/m)
  expect(await luis.chat(['send', 'hi'], as(token))).toMatchObject({ code: 3, stderr: said('[403 token-scope]') })

  expect(await ana.chat(['tokens', 'revoke', String(id)])).toEqual({ code: 0, stdout: '', stderr: '' })
  expect((await luis.chat(['whoami'], as(token))).code).toBe(3)
  expect((await ana.chat(['tokens', 'revoke', 'WIDE'])).code).toBe(0)
  expect(await ana.chat(['tokens', 'revoke', 'wide'])).toMatchObject({
    code: 4,
    stderr: 'chat: You have no token “wide”. To see what there is: chat tokens\n'
  })
})

test('a bot is made without a token, gets one for a private room, and loses it', async () => {
  expect(await ana.chat(['bots', 'create', 'deploys'])).toEqual({ code: 0, stdout: 'deploys\n', stderr: '' })
  expect((await ana.chat(['bots'])).stdout).toMatch(/^deploys\t\d{4}-\d\d-\d\d\n$/)
  expect((await ana.chat(['tokens', '--bot', 'deploys'])).stdout).toBe('')

  const create = ['tokens', 'create', '--bot', 'deploys', '--name', 'ci', '--room', 'plans']
  expect(await ana.chat(create)).toMatchObject({
    code: 4,
    stderr: said('[404 room-not-found]\nIf it is private, add the bot first: chat rooms add plans deploys\n')
  })
  await ana.chat(['rooms', 'add', 'plans', 'deploys'])
  const { stdout: token } = await ana.chat(create)
  expect((await luis.chat(['whoami'], as(token))).stdout).toBe('deploys\n')
  expect((await luis.chat(['send', '--room', 'plans', 'deployed'], as(token))).code).toBe(0)
  expect(await ana.chat(create)).toMatchObject({
    code: 5,
    stderr: said('[409 name-taken]\nTo end it: chat tokens revoke ci --bot deploys\n')
  })
  const elsewhere = { env: { CHAT_SERVER: 'http://127.0.0.1:1' } }
  const there = ['--server', url, '--as', 'ana']
  expect(await ana.chat(['tokens', 'create', '--bot', 'deploys', '--name', 'ci', ...there], elsewhere)).toMatchObject({
    code: 5,
    stderr: said(`[409 name-taken]\nTo end it: chat tokens revoke ci --bot deploys --server ${url} --as ana\n`)
  })
  expect((await ana.chat(['tokens', 'revoke', 'ci', '--bot', 'deploys'])).code).toBe(0)
  expect((await luis.chat(['whoami'], as(token))).code).toBe(3)
})

test('a bot of somebody else has no tokens for me', async () => {
  await ana.chat(['bots', 'create', 'anas'])
  expect(await luis.chat(['tokens', 'create', '--bot', 'anas', '--name', 'x'])).toMatchObject({
    code: 4,
    stderr: said('[404 user-not-found]')
  })
})

test('a bot ends for ever only when that is confirmed', async () => {
  await ana.chat(['bots', 'create', 'old'])
  expect(await ana.chat(['bots', 'remove', 'old'])).toEqual({
    code: 2,
    stdout: '',
    stderr: `chat: This ends the bot old at ${url} for ever. To go ahead without being asked: chat bots remove --yes old\n`
  })
  // The line that does not ask goes to the same place, and speaks as the same user.
  expect(await ana.chat(['bots', 'remove', 'old', '--server', url, '--as', 'ana'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(`: chat bots remove --yes old --server ${url} --as ana\n`)
  })
  expect(await ana.chat(['bots', 'remove', 'old', '--yes', '--json'])).toMatchObject({ code: 0, stdout: '{"name":"old"}\n' })
  expect((await ana.chat(['bots'])).stdout).not.toContain('old')
  expect((await ana.chat(['bots', 'create', 'old'])).code).toBe(5)
})

test.each([
  [['--name', 'x', '--expires', '90'], '“90” is not a duration (try 12h, 7d, 90d)'],
  [['--name', 'x', '--expires', '40000d'], '“40000d” is too long; the longest duration is 36500d'],
  [['--name', ''], 'The name must not be empty. [422 invalid-body]'],
  [['--name', 'x', '--scope', 'admin'], '--scope takes read or write, not “admin”.']
])('tokens create %j is refused in a sentence: 2', async (args, sentence) => {
  expect(await ana.chat(['tokens', 'create', ...args])).toMatchObject({ code: 2, stderr: said(sentence) })
})

test('an account ends for ever only when that is confirmed, and this computer forgets it', async () => {
  const gone = luis
  expect(await gone.chat(['leave', '--for-ever'])).toEqual({
    code: 2,
    stdout: '',
    stderr: `chat: This ends the account luis at ${url}, and all its bots, for ever. To go ahead without being asked: chat leave --yes --for-ever\n`
  })
  expect((await gone.chat(['leave', 'general', '--for-ever'])).code).toBe(2)
  expect((await gone.chat(['leave', '--yes'])).code).toBe(2)
  expect(await gone.chat(['leave', '--for-ever', '--yes', '--json'])).toMatchObject({
    code: 0,
    stdout: `${JSON.stringify({ server: url, name: 'luis' })}\n`
  })
  const files = readdirSync(gone.folder, { recursive: true, encoding: 'utf8' })
  expect(files.filter((file) => file.endsWith('luis.json'))).toEqual([])
  expect(await gone.chat(['join', url, '--as', 'luis'])).toMatchObject({ code: 5 })
})

test('the only owner of a room is told which, and stays', async () => {
  expect(await ana.chat(['leave', '--for-ever', '--yes'])).toMatchObject({ code: 5, stderr: said('[409 last-owner]') })
  expect((await ana.chat(['whoami'])).stdout).toBe('ana\n')
})
