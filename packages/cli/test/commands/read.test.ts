import { beforeAll, expect, test } from 'vitest'
import { type Home, startWith } from '../support/chat.ts'

let ana: Home
let luis: Home

beforeAll(async () => {
  const chat = await startWith(['ana', 'luis'], '--limits', 'off')
  ;[ana, luis] = chat.homes
  return chat.end
})

const unread = async () => (await luis.chat(['rooms', '--match', 'general'])).stdout.split('\t')[2]

test('what others said is unread in the list of rooms, until it is read up to a message or to the end', async () => {
  const first = await ana.client.messages.post('general', { text: 'one' })
  const second = await ana.client.messages.post('general', { text: 'two' })
  expect(await unread()).toBe('2')
  expect(await luis.chat(['read', 'general', String(first.id)])).toEqual({ code: 0, stdout: `${first.id}\n`, stderr: '' })
  expect(await unread()).toBe('1')
  expect(JSON.parse((await luis.chat(['read', '--json'])).stdout)).toEqual({ room: 'general', readUpTo: second.id, unread: 0 })
  expect(await unread()).toBe('0')
})

test('what is no number is told with an example: 2; a room that one is not in: 4', async () => {
  expect(await luis.chat(['read', 'general', 'all'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('chat read general 42')
  })
  expect(await luis.chat(['read', '5'])).toMatchObject({
    code: 4,
    stderr: expect.stringContaining('[404 room-not-found]\nTo mark up to message 5: chat read general 5\n')
  })
  await ana.client.rooms.create({ name: 'ops' })
  expect(await luis.chat(['read', 'ops'])).toMatchObject({ code: 4, stderr: expect.stringContaining('not a member of ops') })
})
