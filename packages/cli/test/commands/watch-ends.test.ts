import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { ChatClient } from '@tertulia/client'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { Home, startServer, startWith } from '../support/chat.ts'

let server: Awaited<ReturnType<typeof startServer>>
let homes: readonly [ana: Home, luis: Home]
let end: () => Promise<void>

beforeAll(async () => {
  ;({ server, homes, end } = await startWith(['ana', 'luis']))
})
afterAll(() => end())

function watch(home: Home, args: string[] = [], env: Record<string, string> = {}) {
  const watching = home.start(['watch', ...args], env)
  onTestFinished(async () => {
    await watching.end('SIGKILL')
  })
  return watching
}

test('a token that is revoked while it watches ends it with 3', async () => {
  const [ana] = homes
  const { token, id } = await ana.client.tokens.create({ name: 'reader', scope: 'read' })
  const watching = watch(ana, [], { CHAT_TOKEN: token })
  await watching.until('stderr', /^watching general from \S+\n$/)
  await ana.client.tokens.delete(id)
  expect(await watching.ended()).toBe(3)
  expect(watching.stdout).toBe('')
  expect(watching.stderr).toMatch(/^watching general from \S+\nchat: .* Check CHAT_TOKEN\. \[401 unauthorized\]\n$/)
})

test('a room that may no longer be read ends it with 4', async () => {
  const [ana, luis] = homes
  await ana.client.rooms.create({ name: 'den', visibility: 'private' })
  await ana.client.members.put('den', 'luis')
  const watching = watch(luis, ['den'])
  await watching.until('stderr', 'watching den')
  await ana.client.members.delete('den', 'luis')
  expect(await watching.ended()).toBe(4)
  // That it was removed is the last that luis is shown; it is no message, so a pipe has nothing of it.
  expect(watching.stderr).toMatch(/^watching den from \S+\nchat: .*“den”.* \[404 room-not-found\]\n$/)
})

test('a server that goes back to an older copy ends it with 4, and so does its file of --state', async () => {
  const started = await startServer()
  const luis = new Home({ CHAT_SERVER: started.url })
  let running = started.server
  onTestFinished(async () => {
    await running.end('SIGKILL')
    luis.remove()
    started.remove()
  })
  await luis.join(started.url, 'luis')
  await running.end()
  copyFileSync(started.file, `${started.file}.copy`)
  running = await started.again()
  const state = join(luis.folder, 'seen')
  const watching = watch(luis, ['--state', state])
  await watching.until('stderr', 'watching general')
  await luis.client.messages.post('general', { text: 'since the copy' }, { reached: true })
  await watching.until('stdout', 'since the copy')
  await running.end()
  copyFileSync(`${started.file}.copy`, started.file)
  running = await started.again()
  expect(await watching.ended()).toBe(4)
  const expired = new RegExp(
    `chat: .* To start over, delete ${state}\\. \\[410 cursor-expired\\]\nTo see what is there now: chat history\n$`
  )
  expect(watching.stderr).toMatch(expired)
  expect(await luis.chat(['watch', '--state', state, '--once'])).toEqual({
    code: 4,
    stdout: '',
    stderr: expect.stringMatching(expired)
  })
})

test('nobody is asked for a name without a terminal: 3', async () => {
  const stranger = new Home({ CHAT_SERVER: server.url })
  onTestFinished(() => stranger.remove())
  const sentence = `chat: You have no name on ${server.url} yet. Choose one: chat join ${server.url} --as NAME\n`
  for (const args of [
    ['watch', '--once'],
    ['ask', 'deploy?']
  ]) {
    expect(await stranger.chat(args)).toEqual({ code: 3, stdout: '', stderr: sentence })
  }
})

test('bots are left out where that is asked, and so is what was said before now', async () => {
  const [ana, luis] = homes
  const { token } = await ana.client.bots.create({ name: 'helper' })
  const bot = new ChatClient({ server: server.url, token })
  await ana.client.messages.post('general', { text: 'before' })
  const watching = watch(luis, ['--after', 'now', '--exclude-bots', '--count', '1'])
  await watching.until('stderr', 'watching general')
  await bot.messages.post('general', { text: 'of the bot' })
  await ana.client.messages.post('general', { text: 'of ana' })
  expect(await watching.ended()).toBe(0)
  expect(watching.stdout).toMatch(/^\S+\t\d+\tgeneral\tana\tmessage\.created\tof ana\n$/)
})

test('a reader that goes away ends it quietly, with --json too', async () => {
  const [ana] = homes
  const watching = watch(ana, ['--json', '--after', '0'])
  await watching.until('stdout', '\n')
  watching.child.stdout?.destroy()
  await ana.client.messages.post('general', { text: 'nobody reads this' })
  expect(await watching.ended()).toBe(0)
  expect(watching.stderr).toBe('')
})
