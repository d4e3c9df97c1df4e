import { beforeAll, expect, test } from 'vitest'
import { type Home, startWith } from '../support/chat.ts'

let ana: Home
let luis: Home

beforeAll(async () => {
  const chat = await startWith(['ana', 'luis'], '--limits', 'off')
  ;[ana, luis] = chat.homes
  await ana.client.rooms.create({ name: 'ops' })
  await ana.client.messages.post('ops', { text: 'See you on Friday' })
  await luis.client.messages.post('general', { text: 'friday, see C++20' })
  await ana.client.messages.post('general', { text: 'you see' })
  return chat.end
})

const texts = async (...args: string[]) =>
  (await luis.chat(['search', ...args])).stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split('\t').at(-1))

test('messages are found by their words, in all rooms, the newest first', async () => {
  expect(await texts('see')).toEqual(['you see', 'friday, see C++20', 'See you on Friday'])
  expect(await texts('see', 'fri')).toEqual(['friday, see C++20', 'See you on Friday'])
  expect(await texts('"see you"')).toEqual(['See you on Friday'])
  expect(await texts('C++20')).toEqual(['friday, see C++20'])
  expect(await texts('see', '--from', 'ana', '--in', 'general')).toEqual(['you see'])
  expect(await texts('see', '-n', '1')).toEqual(['you see'])
})

test('--json gives the server’s own answer', async () => {
  const { stdout } = await luis.chat(['search', 'C++20', '--json', '--in', 'ops'])
  expect(JSON.parse(stdout)).toMatchObject({ messages: [], complete: true })
  expect(JSON.parse((await luis.chat(['search', 'fri', '--json'])).stdout).messages[0]).toMatchObject({
    author: { name: 'luis' }
  })
})

test('nothing found is no failure; nothing to look for is one: 2; a room that is not there: 4', async () => {
  expect(await luis.chat(['search', 'nowhere'])).toEqual({ code: 0, stdout: '', stderr: '' })
  expect((await luis.chat(['search'])).code).toBe(2)
  expect(await luis.chat(['search', '…'])).toMatchObject({ code: 2, stderr: expect.stringContaining('no word in it') })
  expect((await luis.chat(['search', 'x', '--in', 'nowhere'])).code).toBe(4)
})
