import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ChatClient } from '@tertulia/client'
import type { Message } from '@tertulia/protocol'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { Home, type Running, startServer, startWith } from '../support/chat.ts'

const people = ['ci', 'ana', 'luis'] as const
let server: Awaited<ReturnType<typeof startServer>>
let homes: readonly [ci: Home, ana: Home, luis: Home]
let end: () => Promise<void>
let rooms = 0

beforeAll(async () => {
  ;({ server, homes, end } = await startWith(people))
})
afterAll(() => end())

/** It ends with the test, also with one that fails. */
function start(home: Home, args: string[], env: Record<string, string> = {}): Running {
  const running = home.start(args, env)
  onTestFinished(async () => {
    await running.end('SIGKILL')
  })
  return running
}

/** A room of the test's own, and somebody who speaks in it. */
async function freshRoom() {
  const [ci, ana, luis] = homes
  const { name } = await ana.client.rooms.create({ name: `room-${++rooms}` })
  const texts = async () => (await ana.client.messages.history(name)).messages.map(({ text }) => text)
  return {
    name,
    texts,
    say: (home: Home, text: string) => home.client.messages.post(name, { text }),
    ana,
    luis,
    /** Ask as ci, and go on when the question is there. */
    async ask(...args: string[]): Promise<Running & { question: Message }> {
      const asking = start(ci, ['ask', 'deploy?', '--room', name, ...args])
      const question = await messageThat(name, (text) => text.startsWith('deploy?\n'))
      // Others see it before the one who asks knows that it was sent.
      const here = async () => (await ana.client.members.list(name, { connected: true })).members.map((member) => member.name)
      await expect.poll(here, { timeout: 50_000 }).toContain('ci')
      return Object.assign(asking, { question })
    }
  }
}

/** The newest message that a room has or gets, whose text is like that. */
async function messageThat(room: string, isWanted: (text: string) => boolean): Promise<Message> {
  const { client } = homes[1]
  const { messages, cursor } = await client.messages.history(room)
  const there = messages.findLast(({ text }) => text !== null && isWanted(text))
  if (there) return there
  for await (const item of client.follow(room, { after: cursor })) {
    if (item.type === 'message.created' && isWanted(item.message.text ?? '')) return item.message
  }
  throw new Error('the room has gone')
}
const correction = (room: string) => messageThat(room, (text) => text.includes('does not answer'))

const endOf = async (asking: Running) => {
  const code = await asking.ended()
  return { code, stdout: asking.stdout, stderr: asking.stderr }
}

describe('an answer', () => {
  test.each([
    ['YES, go', 0, 'yes'],
    ['no!', 10, 'no'],
    ['Maßnahme', 11, 'MASSNAHME']
  ])('%j ends with %i, and is printed as it stands in --choices', async (text, code, choice) => {
    const { ask, say, luis, texts } = await freshRoom()
    const asking = await ask('--choices', 'yes,no,MASSNAHME', '--timeout', '10m')
    await say(luis, text)
    expect(await endOf(asking)).toEqual({ code, stdout: `${choice}\n`, stderr: '' })
    expect(await texts()).toEqual(['deploy?\nAnswer yes, no or MASSNAHME.', text])
  })

  test('with --json it is an object', async () => {
    const { ask, say, luis } = await freshRoom()
    const asking = await ask('--json')
    const message = await say(luis, 'No way')
    const { stdout, ...rest } = await endOf(asking)
    expect(rest).toEqual({ code: 10, stderr: '' })
    expect(stdout.endsWith('}\n')).toBe(true)
    expect(JSON.parse(stdout)).toEqual({ choice: 'no', who: 'luis', message })
  })

  test('one word can be all that is waited for', async () => {
    const { ask, say, luis, texts } = await freshRoom()
    const asking = await ask('--choices', 'ok')
    await say(luis, 'ok')
    expect(await endOf(asking)).toEqual({ code: 0, stdout: 'ok\n', stderr: '' })
    expect((await texts())[0]).toBe('deploy?\nAnswer ok.')
  })

  test('what was deleted before it was read is none, and what was edited is as it reads then', async () => {
    const { ask, say, ana, luis, name } = await freshRoom()
    const key = ['--key', `${name}-key`]
    const first = await ask(...key)
    await first.end('SIGKILL')
    const gone = await say(ana, 'yes')
    await ana.client.messages.delete(name, gone.id)
    const vague = await say(luis, 'maybe')
    const asking = await ask(...key)
    await correction(name)
    await luis.client.messages.edit(name, vague.id, { text: 'no, not today' })
    expect(await endOf(asking)).toEqual({ code: 10, stdout: 'no\n', stderr: '' })
  })

  test('an edit of what was said before the question is none', async () => {
    const { ask, say, ana, luis, name } = await freshRoom()
    const before = await say(luis, 'hm')
    const asking = await ask()
    await luis.client.messages.edit(name, before.id, { text: 'yes' })
    await say(ana, 'no')
    expect(await endOf(asking)).toEqual({ code: 10, stdout: 'no\n', stderr: '' })
  })

  test('whoever reads it may be gone: the exit code is the same', async () => {
    const { ask, say, luis } = await freshRoom()
    const asking = await ask()
    asking.child.stdout?.destroy()
    await say(luis, 'no')
    expect(await endOf(asking)).toEqual({ code: 10, stdout: '', stderr: '' })
  })
})

describe('who may answer', () => {
  test('without --from every person but the one who asks; no bot, and who is wrong is told once', async () => {
    const { ask, say, ana, luis, name, texts } = await freshRoom()
    const { token } = await ana.client.bots.create({ name: `helper-${rooms}` })
    const bot = new ChatClient({ server: server.url, token })
    const asking = await ask()
    await bot.messages.post(name, { text: 'yes' })
    await homes[0].client.messages.post(name, { text: 'I wonder' })
    const own = await homes[0].client.messages.post(name, { text: 'yes' })
    const told = `@ci: message ${own.id} does not answer message ${asking.question.id}. What counts is a message from a person other than ci whose first word is yes or no.`
    expect((await correction(name)).text).toBe(told)
    await say(ana, 'what is this about?')
    await say(luis, 'yes')
    expect(await endOf(asking)).toEqual({ code: 0, stdout: 'yes\n', stderr: '' })
    expect((await texts()).filter((text) => text?.includes('does not answer'))).toEqual([told])
  })

  test('with --from only those, however their names are spelled, and they are called', async () => {
    const { ask, say, ana, luis, name, texts } = await freshRoom()
    const asking = await ask('--from', 'ANA', '--from', 'ci')
    await say(luis, 'I would say yes')
    const wrong = await say(luis, 'yes')
    expect((await correction(name)).text).toBe(
      `@luis: message ${wrong.id} does not answer message ${asking.question.id}. What counts is a message from ana or ci whose first word is yes or no.`
    )
    await say(ana, 'no')
    expect(await endOf(asking)).toEqual({ code: 10, stdout: 'no\n', stderr: '' })
    expect((await texts())[0]).toBe('deploy?\n@ana, @ci: answer yes or no.')
  })

  test('a bot that is named may, and so may the one who asks', async () => {
    const { ask, ana, name } = await freshRoom()
    const { token } = await ana.client.bots.create({ name: `judge-${rooms}` })
    const byBot = await ask('--from', `judge-${rooms}`)
    await new ChatClient({ server: server.url, token }).messages.post(name, { text: 'yes' })
    expect(await endOf(byBot)).toMatchObject({ code: 0, stdout: 'yes\n' })
    const asking = start(homes[0], ['ask', 'sure?', '--room', name, '--from', 'ci'])
    await messageThat(name, (text) => text.startsWith('sure?'))
    await homes[0].client.messages.post(name, { text: 'no' })
    expect(await endOf(asking)).toMatchObject({ code: 10, stdout: 'no\n' })
  })

  test('nothing is asked of somebody who is not there: 4', async () => {
    const { name, texts } = await freshRoom()
    expect(await homes[0].chat(['ask', 'deploy?', '--room', name, '--from', 'ana', '--from', 'nobody'])).toEqual({
      code: 4,
      stdout: '',
      stderr: 'chat: There is no user “nobody”. [404 user-not-found]\n'
    })
    expect(await texts()).toEqual([])
  })
})

describe('no answer', () => {
  test('in time: 8, and the line that goes on waiting, which finds one that was given meanwhile', async () => {
    const { name, say, ana, luis, texts } = await freshRoom()
    const args = ['ask', 'deploy?', '--room', name, '--from', 'ana']
    const { stderr, ...late } = await homes[0].chat([...args, '--timeout', '1s'])
    const [question] = (await ana.client.messages.history(name)).messages
    expect(late).toEqual({ code: 8, stdout: '' })
    const [, key = ''] = /--key (\S+)/.exec(stderr) ?? []
    expect(stderr).toBe(
      `chat: No answer to message ${question?.id} from ana in 1 s. To go on waiting, repeat it with:\n` +
        `chat ask --key ${key} "deploy?" --room ${name} --from ana --timeout 1s\n`
    )
    await say(luis, 'no')
    await say(ana, 'yes')
    expect(await homes[0].chat([...args, '--key', key])).toEqual({ code: 0, stdout: 'yes\n', stderr: '' })
    expect((await texts()).filter((text) => text?.startsWith('deploy?'))).toHaveLength(1)
  })

  test('with --json that is one line of problem JSON', async () => {
    const { name } = await freshRoom()
    const { code, stdout, stderr } = await homes[0].chat(['ask', 'deploy?', '--room', name, '--timeout', '100ms', '--json'])
    expect({ code, stdout }).toEqual({ code: 8, stdout: '' })
    expect(stderr.split('\n')).toHaveLength(2)
    expect(JSON.parse(stderr)).toMatchObject({ code: 'too-late', detail: expect.stringContaining('in 100 ms.') })
  })

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129]
  ] as const)('%s ends the wait as such', async (signal, code) => {
    const { ask, name } = await freshRoom()
    const asking = await ask()
    asking.child.kill(signal)
    expect(await endOf(asking)).toEqual({ code: signal, stdout: '', stderr: '' })
    const again = `chat ask "again?" --room ${name} & until chat history ${name} | grep -q again; do :; done`
    const { stdout } = await homes[0].shell(`${again}; kill -s ${signal.slice(3)} $!; wait $!; echo $?`)
    expect(stdout).toBe(`${code}\n`)
  })

  test('whoever may no longer read the room is told, and waits no more', async () => {
    const [ci, ana] = homes
    await ana.client.rooms.create({ name: 'den', visibility: 'private' })
    await ana.client.members.put('den', 'ci')
    const asking = start(ci, ['ask', 'deploy?', '--room', 'den'])
    await messageThat('den', (text) => text.startsWith('deploy?'))
    await ana.client.members.delete('den', 'ci')
    expect(await endOf(asking)).toEqual({
      code: 4,
      stdout: '',
      stderr: expect.stringMatching(/^chat: .*\[404 room-not-found\]\n$/)
    })
  })
})

test.each([
  [['ask'], /^chat: Missing: the question, or - for standard input\. For example: chat ask "deploy\?" --choices yes,no/],
  [['ask', ''], /^chat: What do you want to ask\? /],
  [['ask', 'go', 'on?'], /^chat: Too many arguments: .*put the text in quotes/],
  [['ask', 'x?', '--choices', 'yes,YES'], /^chat: --choices has the same word twice: yes and YES\.\n$/],
  [['ask', 'x?', '--timeout', 'soon'], /^chat: “soon” is not a duration/],
  [['ask', 'x?', '--from', 'ana,'], /^chat: A name is missing in --from\./],
  [['ask', 'x?', '--key', 'ñ'], /^chat: --key can have only visible ASCII characters\.\n$/],
  [
    ['ask', '👍'.repeat(3_990)],
    /^chat: The question and the line that says how to answer it have 4008 characters; a message can have at most 4000\.\n$/
  ]
])('%j is wrong usage, and nothing is asked', async (args, message) => {
  const { name, texts } = await freshRoom()
  expect(await homes[0].chat([...args, '--room', name])).toEqual({ code: 2, stdout: '', stderr: expect.stringMatching(message) })
  expect(await texts()).toEqual([])
})

test('a question comes from a pipe as well', async () => {
  const { name, texts } = await freshRoom()
  const { code } = await homes[0].chat(['ask', '-', '--room', name, '--timeout', '100ms'], { input: 'ship it?\n' })
  expect(code).toBe(8)
  expect(await texts()).toEqual(['ship it?\nAnswer yes or no.'])
})

test('a server that is not there is 7, one that does not say what became of the question 8', async () => {
  const env = { CHAT_TOKEN: 'x' }
  expect(await homes[0].chat(['ask', 'x?', '--server', 'http://127.0.0.1:9'], { env })).toMatchObject({ code: 7, stdout: '' })
  const http = createServer((request, response) => {
    if (request.method === 'GET') response.end(JSON.stringify({ messages: [], cursor: 'aaaaaaaa.7' }))
  })
  await new Promise<void>((ready) => http.listen(0, '127.0.0.1', ready))
  onTestFinished(() => {
    http.closeAllConnections()
    http.close()
  })
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  const asking = start(homes[0], ['ask', 'x?', '--server', url], env)
  await new Promise((posted) => http.on('request', ({ method }) => method === 'POST' && posted(method)))
  asking.child.kill('SIGINT')
  expect(await endOf(asking)).toEqual({
    code: 130,
    stdout: '',
    stderr: expect.stringMatching(
      /^chat: Interrupted; it may or may not have been asked\. Repeat safely with:\nchat ask --key \S+ "x\?" --server \S+\n$/
    )
  })
})

test('an answer while the server is away and comes back is not missed', async () => {
  const started = await startServer()
  const [ci, ana] = [new Home({ CHAT_SERVER: started.url }), new Home({ CHAT_SERVER: started.url })]
  let running = started.server
  onTestFinished(async () => {
    await running.end()
    for (const home of [ci, ana]) home.remove()
    started.remove()
  })
  await Promise.all([ci.join(started.url, 'ci'), ana.join(started.url, 'ana')])
  for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
    const asking = start(ci, ['ask', `after ${signal}?`, '--timeout', '5m'])
    await expect
      .poll(async () => (await ana.client.members.list('general')).members)
      .toContainEqual(expect.objectContaining({ name: 'ci', connected: true }))
    await running.end(signal)
    running = await started.again()
    await ana.client.messages.post('general', { text: 'no' })
    expect(await endOf(asking)).toEqual({ code: 10, stdout: 'no\n', stderr: '' })
  }
})
