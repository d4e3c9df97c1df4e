import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { Home, startWith } from '../support/chat.ts'

let url: string
let file: string
let ana: Home
let luis: Home

beforeAll(async () => {
  const chat = await startWith(['ana', 'luis'], '--limits', 'off')
  url = chat.server.url
  file = chat.server.file
  ;[ana, luis] = chat.homes
  await ana.client.rooms.create({ name: 'plans', visibility: 'private' })
  return chat.end
})

function home(): Home {
  const made = new Home()
  onTestFinished(() => made.remove())
  return made
}

const said = (sentence: string) => expect.stringContaining(sentence)
const invite = async (...args: string[]) => {
  const { stdout } = await ana.chat(['invite', ...args, '--json'])
  return JSON.parse(stdout)
}

/** An invite to the server, of whoever runs it. */
async function admin(...words: string[]): Promise<{ code: string }> {
  const { stdout } = await ana.shell(`chat-server ${words.join(' ')} --db ${file}`)
  return { code: /#join=(\w+)/.exec(stdout)?.[1] ?? '' }
}

test('the link of an invite is printed alone', async () => {
  const { code, stdout, stderr } = await ana.chat(['invite', '--room', 'plans'])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#join=[0-9A-Z]{26}\n$/)
  expect(stdout).toContain(`${url}/#join=`)
})

test('somebody new joins with a link, has a name and is in the private room, which is the default from then on', async () => {
  const { link } = await invite('--room', 'plans', '--role', 'moderator')
  const marta = home()
  expect((await marta.chat(['join', link, '--as', 'marta'])).stderr).toContain(
    `Joined plans at ${url} as marta (new name, remembered here).`
  )
  expect(JSON.parse((await marta.chat(['whoami', '--json'])).stdout)).toMatchObject({ name: 'marta', room: 'plans' })
  expect((await marta.chat(['who'])).stdout).toContain('marta\tmoderator\t')
  expect(await home().chat(['join', link, '--as', 'pedro'])).toMatchObject({ code: 4, stderr: said('[410 invite-spent]') })
})

test('somebody who has a name joins with a code under it', async () => {
  const { code } = await invite('--room', 'plans', '--uses', '2', '--expires', '12h')
  expect(JSON.parse((await luis.chat(['join', url, '--invite', code, '--json'])).stdout)).toEqual({
    server: url,
    room: 'plans',
    name: 'luis'
  })
})

test('without a name and without a terminal nothing is spent, and it says how to choose one', async () => {
  const { link } = await invite('--room', 'plans')
  const { code, stderr } = await home().chat(['join', link])
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: `chat: You have no name on ${url} yet. Choose one, for example: chat join "${link}" --as ana\n`
  })
  expect((await home().chat(['join', link, '--as', 'eva'])).code).toBe(0)
})

test('invites are listed, and one that is revoked lets nobody in', async () => {
  const { id, link, expiresAt } = await invite('--room', 'plans', '--uses', '3')
  expect((await ana.chat(['invite', 'list', '--room', 'plans'])).stdout).toContain(
    `${id}\tplans\tmember\t0/3\t${expiresAt.slice(0, 10)}\tana\n`
  )
  expect(await ana.chat(['invite', 'revoke', String(id)])).toEqual({ code: 0, stdout: '', stderr: '' })
  expect((await ana.chat(['invite', 'list'])).stdout).not.toMatch(new RegExp(`^${id}\t`, 'm'))
  expect(await home().chat(['join', link, '--as', 'pia'])).toMatchObject({ code: 4, stderr: said('[404 invite-not-found]') })
  expect(await ana.chat(['invite', 'revoke', String(id)])).toMatchObject({ code: 4, stderr: said('[404 invite-not-found]') })
})

test.each([
  [['invite', '--uses', '0'], 2, '--uses must be at least 1, not 0.'],
  [['invite', '--expires', '7'], 2, '“7” is not a duration (try 12h, 7d, 90d)'],
  [['invite', '--role', 'member'], 2, '--role needs --room.'],
  [['invite', 'revoke', 'x'], 2, '“x” is not the number of an invite. To see the numbers: chat invite list'],
  [['invite'], 3, '[403 not-allowed]\nTo invite into a room: chat invite --room ROOM\n'],
  [['invite', '--room', 'general'], 3, '[403 not-allowed]']
])('%j is refused, and it says why', async (args, code, sentence) => {
  expect(await luis.chat(args)).toMatchObject({ code, stdout: '', stderr: said(sentence) })
})

test('an invite to the server is for a new name: whoever has one is told so, and spends nothing', async () => {
  const { code } = await admin('invite')
  expect(await luis.chat(['join', `${url}/#join=${code}`])).toMatchObject({
    code: 5,
    stderr: said(`You are on ${url} already, as luis; this invite is for a new name.`)
  })
  expect((await luis.chat(['join', `${url}/#join=${code}`, '--as', 'vera'])).code).toBe(0)
})

test('whoever could become an admin is told how, without a new name', async () => {
  const { code } = await admin('invite', '--admin')
  expect(await luis.chat(['join', `${url}/#join=${code}`, '--as', 'luis'])).toMatchObject({
    code: 5,
    stderr: said('To make luis an admin, on the server: chat-server user admin luis')
  })
})
