import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { Home } from '../support/chat.ts'

const http = createServer()
let home: Home

beforeAll(async () => {
  await new Promise<void>((ready) => http.listen(0, '127.0.0.1', ready))
  home = new Home({ CHAT_SERVER: `http://127.0.0.1:${(http.address() as AddressInfo).port}` })
})
afterAll(() => {
  home.remove()
  http.closeAllConnections()
  http.close()
})

/** When a request has come that changes something; it is never answered, others are. */
function change(): Promise<void> {
  return new Promise((resolve) => {
    const answer: Parameters<typeof http.on>[1] = (request, response) => {
      if (request.method === 'GET')
        response.end(JSON.stringify({ name: 'ops', kind: 'person', title: '', visibility: 'public', archived: false }))
      else resolve()
    }
    http.on('request', answer)
    onTestFinished(() => {
      http.off('request', answer)
      http.closeAllConnections()
    })
  })
}

const editing = ['edit', '7', 'hi', '--room', 'ops']

test.each([
  [editing, '7 may or may not have been edited. Check with: chat history --around 7 -n 1 --room ops'],
  [['delete', '7'], '7 may or may not have been deleted. Check with: chat history --around 7 -n 1'],
  [['leave', 'ops'], 'you may or may not have left ops. See which rooms you are in: chat rooms --mine'],
  [['rooms', 'create', 'ops'], 'ops may or may not have been created. See which rooms exist: chat rooms'],
  [['rooms', 'set', 'ops', '--archive'], 'ops may or may not have been changed. Check with: chat rooms'],
  [['rooms', 'add', 'ops', 'luis'], 'luis may or may not have been added. See who is a member: chat who ops'],
  [['rooms', 'remove', 'ops', 'luis'], 'luis may or may not have been removed. See who is a member: chat who ops'],
  [['read', 'ops'], 'ops may or may not be marked as read. Run the command again; it does no harm.'],
  [['rooms', 'role', 'ops', 'luis', 'owner'], 'the role of luis may or may not have changed. See who is a member: chat who ops'],
  [['rooms', 'ban', 'ops', 'luis'], 'luis may or may not be banned. See who is banned: chat who ops --banned'],
  [['link'], 'a code may or may not have been created. Run the command again; it does no harm.'],
  [['logout'], 'you may or may not be signed out. Run the command again; it does no harm.'],
  [['invite', '--room', 'ops'], 'an invite may or may not exist. If it does, nobody has seen it. To see yours: chat invite list'],
  [['invite', 'revoke', '7'], 'invite 7 may or may not be revoked. Run the command again; it does no harm.'],
  [
    ['tokens', 'create', '--name', 'ci'],
    'the token ci may or may not exist. If it does, nobody has seen it. End it with: chat tokens revoke ci'
  ],
  [['bots', 'create', 'deploys'], 'deploys may or may not have been created. See which bots you have: chat bots'],
  [['bots', 'remove', 'deploys', '--yes'], 'deploys may or may not have ended. See which bots you have: chat bots'],
  [['leave', '--for-ever', '--yes'], 'your account may or may not have ended. Check with: chat whoami'],
  [['join', 'ops'], 'you may or may not have joined ops. Run the command again; joining twice does no harm.']
])('%j that is interrupted says what is not known', async (args, sentence) => {
  const arrived = change()
  const running = home.start(args, { CHAT_TOKEN: 'x' })
  await arrived
  running.child.kill('SIGINT')
  expect(await running.ended()).toBe(130)
  expect(running.stderr).toBe(`chat: Interrupted; ${sentence}\n`)
})

test('so does a registration, whose token would be lost', async () => {
  const arrived = change()
  const running = home.start(['join', '--as', 'ana'])
  await arrived
  running.child.kill('SIGTERM')
  expect(await running.ended()).toBe(143)
  expect(running.stderr).toContain('chat: Interrupted; “ana” may or may not be registered now.')
})

test('so does a sign-in with a code, which may be used up', async () => {
  const arrived = change()
  const running = home.start(['login', '--code', 'K7QF'])
  await arrived
  running.child.kill('SIGINT')
  expect(await running.ended()).toBe(130)
  expect(running.stderr).toBe(
    'chat: Interrupted; you may or may not be signed in. The code may be used up. Get another one: chat link\n'
  )
})

test('with --json it is one line of problem JSON', async () => {
  const arrived = change()
  const running = home.start([...editing, '--json'], { CHAT_TOKEN: 'x' })
  await arrived
  running.child.kill('SIGINT')
  expect(await running.ended()).toBe(130)
  expect(JSON.parse(running.stderr)).toMatchObject({ code: 'interrupted', detail: expect.stringContaining('may or may not') })
})
