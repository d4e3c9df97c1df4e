import { beforeAll, expect, test } from 'vitest'
import { type Home, startWith } from '../support/chat.ts'

let ana: Home
let luis: Home

beforeAll(async () => {
  const chat = await startWith(['ana', 'luis'], '--limits', 'off')
  ;[ana, luis] = chat.homes
  return chat.end
})

const rowsOf = (text: string) =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split('\t'))
const rows = async (home: Home, ...args: string[]) => rowsOf((await home.chat(args)).stdout)

test('a room is made, listed with one’s role, and changed; what is not named stays', async () => {
  expect(await ana.chat(['rooms', 'create', 'ops', '--title', 'Operations\\Betrieb'])).toEqual({
    code: 0,
    stdout: 'ops\n',
    stderr: ''
  })
  expect(await rows(ana, 'rooms')).toContainEqual(['ops', 'owner', '0', 'public', 'Operations\\\\Betrieb'])
  expect(await rows(luis, 'rooms')).toContainEqual(['ops', '-', '-', 'public', 'Operations\\\\Betrieb'])
  expect(await ana.chat(['rooms', 'set', 'ops', '--archive'])).toEqual({ code: 0, stdout: '', stderr: '' })
  expect(await rows(luis, 'rooms')).toContainEqual(['ops', '-', '-', 'public, archived', 'Operations\\\\Betrieb'])
  expect((await luis.chat(['send', 'hi', '--room', 'ops'])).stderr).toContain('[403 room-archived]')
  const { stdout } = await ana.chat(['rooms', 'set', 'Ops', '--unarchive', '--title', '', '--json'])
  expect(JSON.parse(stdout)).toMatchObject({ name: 'ops', title: '', archived: false, visibility: 'public' })
})

test('a room keeps messages for as many days as its owner says, and for ever again', async () => {
  await ana.chat(['rooms', 'create', 'short'])
  const set = async (...args: string[]) => (await ana.chat(['rooms', 'set', 'short', ...args, '--json'])).stdout
  expect(JSON.parse(await set('--retain-days', '30'))).toMatchObject({ retainDays: 30, rev: 3 })
  const { rooms } = JSON.parse((await luis.chat(['rooms', '--json'])).stdout)
  expect(rooms).toContainEqual(expect.objectContaining({ name: 'short', retainDays: 30 }))
  expect(await rows(luis, 'rooms')).toContainEqual(['short', '-', '-', 'public, keeps 30 days', ''])
  expect(JSON.parse(await set('--retain-forever'))).toMatchObject({ retainDays: null, rev: 4 })
  expect(await rows(luis, 'rooms')).toContainEqual(['short', '-', '-', 'public', ''])
  for (const days of ['0', '3651', '2.5', 'never']) {
    expect(await ana.chat(['rooms', 'set', 'short', '--retain-days', days])).toMatchObject({ code: 2 })
  }
  expect((await ana.chat(['rooms', 'set', 'short', '--retain-days', '3', '--retain-forever'])).code).toBe(2)
  expect((await luis.chat(['rooms', 'set', 'short', '--retain-days', '1'])).code).toBe(3)
})

test('--json gives the server’s own answer', async () => {
  const { rooms } = JSON.parse((await ana.chat(['rooms', '--json'])).stdout)
  expect(rooms).toContainEqual(expect.objectContaining({ name: 'general', role: 'member', head: expect.any(Number) }))
  const { members } = JSON.parse((await ana.chat(['who', '--json'])).stdout)
  expect(members).toContainEqual({ name: 'ana', kind: 'person', role: 'member', connected: false })
})

test('a private room is there for those who were added, until they are removed', async () => {
  await ana.chat(['rooms', 'create', 'plans', '--private'])
  expect(await luis.chat(['history', 'plans'])).toMatchObject({
    code: 4,
    stderr: expect.stringContaining('[404 room-not-found]')
  })
  expect(await ana.chat(['rooms', 'add', 'plans', 'luis'])).toEqual({ code: 0, stdout: '', stderr: '' })
  expect(await rows(luis, 'rooms')).toContainEqual(['plans', 'member', '0', 'private', ''])
  expect(await rows(luis, 'who', 'plans')).toEqual([
    ['ana', 'owner', 'person', 'away'],
    ['luis', 'member', 'person', 'away']
  ])
  expect(await ana.chat(['rooms', 'remove', 'plans', 'luis'])).toEqual({ code: 0, stdout: '', stderr: '' })
  expect((await luis.chat(['who', 'plans'])).code).toBe(4)
  expect(await ana.chat(['rooms', 'remove', 'plans', 'luis'])).toMatchObject({
    code: 4,
    stderr: expect.stringContaining('not a member')
  })
})

test('who is connected is told', async () => {
  const watching = luis.start(['watch'])
  await watching.until('stderr', 'watching general')
  expect(await rows(ana, 'who')).toContainEqual(['luis', 'member', 'person', 'connected'])
  await watching.end()
})

test('who and which rooms can be asked for: those that are here, those that are mine, those that begin so', async () => {
  for (const name of ['build-app', 'Build-docs']) await ana.client.rooms.create({ name })
  await luis.client.rooms.create({ name: 'build-luis' })
  const names = async (...args: string[]) => (await rows(ana, ...args)).map(([name]) => name)
  expect(await names('rooms', '--match', 'BUILD-')).toEqual(['build-app', 'Build-docs', 'build-luis'])
  expect(await names('rooms', '--match', 'build-', '--mine')).toEqual(['build-app', 'Build-docs'])
  expect(await names('rooms', '--match', 'nothing')).toEqual([])
  const watching = luis.start(['watch'])
  await watching.until('stderr', 'watching general')
  expect(await names('who', '--here')).toEqual(['luis'])
  await watching.end()
})

test('lists of any length are printed whole', async () => {
  const names = Array.from({ length: 401 }, (_, n) => `many-${1_000 + n}`)
  for (const name of names) await ana.client.rooms.create({ name })
  expect((await rows(luis, 'rooms', '--match', 'many-')).map(([name]) => name)).toEqual(names)
  const { rooms } = JSON.parse((await luis.chat(['rooms', '--match', 'many-', '--json'])).stdout)
  expect(rooms.map(({ name }: { name: string }) => name)).toEqual(names)
})

test('the help of rooms add leads whoever wants to let in strangers to invites', async () => {
  const { stdout } = await ana.chat(['rooms', 'add', '--help'])
  expect(stdout.replace(/\s+/g, ' ')).toContain('or several people: chat invite --room ROOM.')
})

test('who may not change a room is told so: 3', async () => {
  await ana.chat(['rooms', 'create', 'quiet'])
  for (const args of [
    ['rooms', 'set', 'quiet', '--private'],
    ['rooms', 'add', 'quiet', 'ana'],
    ['rooms', 'remove', 'quiet', 'ana']
  ]) {
    expect(await luis.chat(args)).toMatchObject({ code: 3, stderr: expect.stringContaining('[403 not-allowed]') })
  }
})

test('a name that is taken is told: 5', async () => {
  expect(await luis.chat(['rooms', 'create', 'General'])).toMatchObject({
    code: 5,
    stderr: expect.stringContaining('[409 name-taken]')
  })
})

test('who leaves a room does not come back to it by a mere send', async () => {
  await luis.chat(['rooms', 'create', 'lounge'])
  await ana.chat(['join', 'lounge'])
  expect(await ana.chat(['leave'])).toEqual({ code: 0, stdout: '', stderr: '' })
  expect(await rows(ana, 'rooms')).toContainEqual(['lounge', '-', '-', 'public', ''])
  expect(JSON.parse((await ana.chat(['send', 'hi', '--json'])).stdout)).toMatchObject({ room: 'general' })
  expect(await ana.chat(['leave', 'lounge'])).toMatchObject({
    code: 4,
    stderr: expect.stringContaining('not a member of lounge')
  })
})

test('whoever is banned is out until that is lifted; owners see who it is', async () => {
  await ana.chat(['rooms', 'create', 'den'])
  await luis.chat(['join', 'den'])
  expect(await ana.chat(['rooms', 'ban', 'den', 'LUIS'])).toEqual({ code: 0, stdout: '', stderr: '' })
  for (const args of [
    ['history', 'den'],
    ['send', '--room', 'den', 'hi'],
    ['join', 'den']
  ]) {
    expect(await luis.chat(args)).toMatchObject({ code: 3, stderr: expect.stringContaining('[403 banned]') })
  }
  expect(await rows(ana, 'who', 'den')).toEqual([['ana', 'owner', 'person', 'away']])
  expect(await rows(ana, 'who', 'den', '--banned')).toEqual([['luis', 'banned', 'person', 'away']])
  expect(await ana.chat(['rooms', 'unban', 'den', 'ana'])).toMatchObject({
    code: 4,
    stderr: 'chat: ana is not banned from den. To see who is: chat who den --banned\n'
  })
  expect(await ana.chat(['rooms', 'unban', 'den', 'Luis', '--json'])).toMatchObject({
    code: 0,
    stdout: '{"name":"luis","kind":"person","role":"member"}\n'
  })
  expect((await luis.chat(['history', 'den'])).code).toBe(0)
})

test('whoever is not banned keeps their role when they are to be let back in', async () => {
  await ana.chat(['rooms', 'create', 'attic'])
  await ana.chat(['rooms', 'role', 'attic', 'luis', 'moderator'])
  expect(await ana.chat(['rooms', 'unban', 'attic', 'luis'])).toMatchObject({
    code: 4,
    stderr: 'chat: luis is not banned from attic. To see who is: chat who attic --banned\n'
  })
  expect(await rows(ana, 'who', 'attic')).toContainEqual(['luis', 'moderator', 'person', 'away'])
})

test('roles are given by owners, to whom the room belongs together then', async () => {
  await ana.chat(['rooms', 'create', 'yard'])
  await luis.chat(['join', 'yard'])
  expect((await luis.chat(['rooms', 'role', 'yard', 'luis', 'owner'])).stderr).toContain('[403 not-allowed]')
  expect(await ana.chat(['rooms', 'role', 'yard', 'luis', 'owner'])).toEqual({ code: 0, stdout: '', stderr: '' })
  expect((await luis.chat(['rooms', 'role', 'yard', 'ana', 'moderator'])).code).toBe(0)
  expect(await rows(luis, 'who', 'yard')).toEqual([
    ['ana', 'moderator', 'person', 'away'],
    ['luis', 'owner', 'person', 'away']
  ])
  expect((await luis.chat(['rooms', 'role', 'yard', 'luis', 'member'])).stderr).toContain('[409 last-owner]')
  expect(await luis.chat(['rooms', 'role', 'yard', 'ana', 'banned'])).toMatchObject({
    code: 2,
    stderr: 'chat: “banned” is not a role. The roles are owner, moderator and member. To ban somebody: chat rooms ban yard ana\n'
  })
})
