import { ChatClient } from '@tertulia/client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { answerThief, type Theft } from '../../../client/test/support/answer-thief.ts'
import { answer, problem, serve } from '../../../client/test/support/serve.ts'
import { Home, startServer } from '../support/chat.ts'

let server: Awaited<ReturnType<typeof startServer>>
let home: Home
let token: string
/** The same person at another device, with nothing between it and the server. */
let phone: ChatClient

beforeAll(async () => {
  server = await startServer()
  token = (await new ChatClient({ server: server.url }).users.register({ name: 'ana' })).token
  await new ChatClient({ server: server.url }).users.register({ name: 'luis' })
  phone = new ChatClient({ server: server.url, token })
  home = new Home({ CHAT_TOKEN: token })
})
afterAll(async () => {
  home.remove()
  await server.server.end()
  server.remove()
})

/** `chat`, on a way on which answers get lost. */
async function robbed(args: string[], theft: Theft) {
  const { url } = await answerThief(server.url, theft)
  const outcome = await home.chat(args, { env: { CHAT_SERVER: url } })
  return { ...outcome, stderr: outcome.stderr.replaceAll(url, 'SERVER').replaceAll(new URL(url).host, 'HOST') }
}

const lost = 'chat: The connection to HOST was cut before the answer came; '

test('an edit that was carried out is done; one that another edit has followed is in doubt and undoes nothing', async () => {
  const { id } = await phone.messages.post('general', { text: 'helo' })
  const line = `PUT /v1/rooms/general/messages/${id}`
  const args = ['edit', `${id}`, 'hello']
  expect(await robbed(args, { line, loss: 'after' })).toEqual({ code: 0, stdout: '', stderr: '' })
  const meanwhile = () => phone.messages.edit('general', id, { text: 'on the phone' })
  const doubt = `${lost}${id} may or may not have been edited. To replace it with yours, run the command again.
It is now:  on the phone
You wrote:  bye
`
  expect(await robbed(['edit', `${id}`, 'bye'], { line, loss: 'after', meanwhile })).toEqual({
    code: 8,
    stdout: '',
    stderr: doubt
  })
  expect(await phone.messages.get('general', id)).toMatchObject({ text: 'on the phone' })
  const json = await robbed(['edit', `${id}`, 'bye', '--json'], { line, loss: 'before', meanwhile })
  expect(json).toMatchObject({ code: 8, stdout: '' })
  expect(JSON.parse(json.stderr)).toMatchObject({ code: 'outcome-unknown', title: 'Outcome unknown' })
})

test('an edit of which nothing can be found out says where to look', async () => {
  const { id } = await phone.messages.post('general', { text: 'helo' })
  const { code, stderr } = await robbed(['edit', `${id}`, 'hello'], { line: /messages\/\d+$/, loss: 'gateway', times: 1_000 })
  expect({ code, stderr }).toEqual({
    code: 8,
    stderr: `chat: A proxy got no answer from the server (502); ${id} may or may not have been edited. Check with: chat history --around ${id} -n 1\n`
  })
})

test('a deletion is done, or says that the message is there', async () => {
  const { id } = await phone.messages.post('general', { text: 'oops' })
  const line = `DELETE /v1/rooms/general/messages/${id}`
  const meanwhile = () => phone.messages.edit('general', id, { text: 'better' })
  expect(await robbed(['delete', `${id}`], { line, loss: 'before', meanwhile })).toEqual({
    code: 8,
    stdout: '',
    stderr: `${lost}${id} may or may not have been deleted. It is still there, but has been edited. To delete it anyway: chat delete ${id}\n`
  })
  expect(await robbed(['delete', `${id}`], { line, loss: 'after' })).toEqual({ code: 0, stdout: '', stderr: '' })
})

test('rooms and members are found as they were asked for, or are in doubt', async () => {
  const put = /^PUT .*\/members\/luis$/
  const remove = /^DELETE .*\/members\/luis$/
  expect(await robbed(['rooms', 'create', 'ops', '--title', 'Ops'], { line: 'POST /v1/rooms', loss: 'after' })).toMatchObject({
    code: 0
  })
  expect(await robbed(['rooms', 'set', 'ops', '--archive'], { line: 'PATCH /v1/rooms/ops', loss: 'after' })).toMatchObject({
    code: 0
  })
  const meanwhile = () => phone.rooms.change('ops', { title: 'Old', archived: false })
  expect(
    await robbed(['rooms', 'set', 'ops', '--title', 'New'], { line: 'PATCH /v1/rooms/ops', loss: 'before', meanwhile })
  ).toEqual({
    code: 8,
    stdout: '',
    stderr: `${lost}ops may or may not have been changed. It is now: “Old”, public, messages kept for ever. If that is not what you want, run the command again.\n`
  })
  expect(await robbed(['rooms', 'add', 'ops', 'luis'], { line: put, loss: 'after' })).toMatchObject({ code: 0 })
  expect(await robbed(['rooms', 'remove', 'ops', 'luis'], { line: remove, loss: 'after' })).toMatchObject({ code: 0 })
  expect(await robbed(['rooms', 'add', 'ops', 'luis'], { line: put, loss: 'before' })).toEqual({
    code: 8,
    stdout: '',
    stderr: `${lost}luis may or may not have been added. See who is a member: chat who ops\n`
  })
})

test('a name whose answer was lost is taken, and what is lost is said plainly', async () => {
  const { url } = await answerThief(server.url, { line: 'POST /v1/users', loss: 'after' })
  expect(await home.chat(['join', url, '--as', 'marta'], { env: { CHAT_TOKEN: '' } })).toEqual({
    code: 5,
    stdout: '',
    stderr:
      'chat: “marta” is taken, perhaps by this very command: its first answer was lost, and the token with it. Choose another with --as. [409 name-taken]\n'
  })
})

test('what is shown only once and was lost is said to be lost', async () => {
  const create = ['tokens', 'create', '--name', 'ci']
  expect(await robbed(create, { line: 'POST /v1/tokens', loss: 'after' })).toMatchObject({
    code: 5,
    stderr: expect.stringContaining(
      'Perhaps it was created by this very command, whose first answer was lost. [409 name-taken]\nTo end it: chat tokens revoke ci\n'
    )
  })
  expect(await robbed(['bots', 'create', 'deploys'], { line: 'POST /v1/bots', loss: 'after' })).toMatchObject({
    code: 5,
    stderr: expect.stringContaining('whose first answer was lost. [409 name-taken]\nTo see which bots you have: chat bots\n')
  })
  const { code } = await phone.sessions.link()
  const { url } = await answerThief(server.url, { line: 'POST /v1/sessions', loss: 'after' })
  expect(await home.chat(['login', url, '--code', code], { env: { CHAT_TOKEN: '' } })).toMatchObject({
    code: 4,
    stderr: expect.stringContaining('its first answer was lost. [410 link-spent]\nGet another one: chat link\n')
  })
})

test('a send that a proxy gives no answer to can be repeated safely', async () => {
  const { stderr, code } = await robbed(['send', 'hi', '--no-retry'], { line: /^POST /, loss: 'gateway' })
  expect({ code, stderr }).toEqual({
    code: 8,
    stderr: expect.stringMatching(
      /^chat: A proxy got no answer from the server \(502\); it may or may not have been sent\. Repeat safely with:\nchat send --key \S+ hi/
    )
  })
})

test.each([
  ['internal', 500, 'The server ran into a bug. Its log says more under r1'],
  ['storage-failed', 503, 'The disk of the server fails (503 storage-failed)']
])('what a server says %s to may have been done all the same', async (code, status, why) => {
  const { url } = await serve((_got, response) => answer(response, status, problem(status, code)))
  const chat = (...args: string[]) => home.chat(args, { env: { CHAT_SERVER: url } })
  expect(await chat('edit', '7', 'hello')).toEqual({
    code: 9,
    stdout: '',
    stderr: `chat: ${why}; 7 may or may not have been edited. Check with: chat history --around 7 -n 1\n`
  })
  const sent = await chat('send', 'hi', '--no-retry')
  expect(sent).toMatchObject({ code: 9, stdout: '' })
  expect(sent.stderr).toMatch(/; it may or may not have been sent\. Repeat safely with:\nchat send --key \w+ hi --no-retry\n$/)
})

test('a bug of the server names what its log knows it by', async () => {
  const { url } = await serve((_got, response) => answer(response, 500, problem(500, 'internal')))
  expect(await home.chat(['whoami'], { env: { CHAT_SERVER: url } })).toEqual({
    code: 9,
    stdout: '',
    stderr: 'chat: The server ran into a bug. Its log says more under r1. [500 internal]\n'
  })
})
