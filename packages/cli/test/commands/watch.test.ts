import { ChatClient } from '@tertulia/client'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { Home, startServer } from '../support/chat.ts'

let server: Awaited<ReturnType<typeof startServer>>
let ana: Home

beforeAll(async () => {
  server = await startServer()
  ana = new Home({ CHAT_SERVER: server.url })
  await ana.join(server.url, 'ana')
})
afterAll(async () => {
  ana.remove()
  await server.server.end()
  server.remove()
})

const say = async (text: string) => (await ana.client.messages.post('general', { text })).id
const linesOf = (text: string) => text.split('\n').slice(0, -1)

function watch(...args: string[]) {
  const watching = ana.start(['watch', ...args])
  onTestFinished(async () => {
    await watching.end()
  })
  return watching
}

test('in a pipe each message is a line of columns', async () => {
  const watching = watch()
  await watching.until('stderr', /^watching general from [0-9a-z]+\.\d+\n$/)
  const id = await say('one\ttwo\nthree\\')
  await ana.client.messages.edit('general', id, { text: 'two' })
  await ana.client.messages.delete('general', id)
  await watching.until('stdout', 'message.deleted\t\n')
  const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  expect(linesOf(watching.stdout).map((line) => line.split('\t'))).toEqual([
    [time, `${id}`, 'general', 'ana', 'message.created', 'one\\ttwo\\nthree\\\\'],
    [time, `${id}`, 'general', 'ana', 'message.edited', 'two'],
    [time, `${id}`, 'general', 'ana', 'message.deleted', '']
  ])
})

test('no line of a message that is deleted reads as if an empty one had been sent', async () => {
  const id = await say('oops')
  await ana.client.messages.delete('general', id)
  for (const start of [
    ['-n', '1'],
    ['--after', String(id - 1)]
  ]) {
    const { stdout } = await ana.chat(['watch', '--once', ...start])
    for (const line of linesOf(stdout)) expect(line).toMatch(/\tana\tmessage\.deleted\t$/)
  }
})

test('--json gives each event as the server does, from the beginning if asked', async () => {
  const watching = watch('--json', '--after', '0')
  await watching.until('stdout', `"seq":${await say('last')},`)
  const events = linesOf(watching.stdout).map((line) => JSON.parse(line))
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, at) => at + 1))
  expect(events[0]).toMatchObject({ type: 'room.created', room: 'general' })
  expect(watching.stderr).toBe('')
})

test('who comes and goes is no line', async () => {
  const watching = watch('--json', '--after', '0')
  await watching.until('stdout', `"seq":${await say('first')},`)
  const done = new AbortController()
  onTestFinished(() => done.abort())
  const { token } = await new ChatClient({ server: server.url }).users.register({ name: 'luis' })
  const luis = new ChatClient({ server: server.url, token })
  await luis.members.put('general', 'me')
  const luisFollows = async () => {
    for await (const _ of luis.follow('general', { signal: done.signal }));
  }
  for await (const item of ana.client.follow('general', { signal: done.signal })) {
    if (item.type === 'synced') void luisFollows()
    if (item.type === 'presence' && item.connected.includes('luis')) break
  }
  await watching.until('stdout', `"seq":${await say('last')},`)
  const events = linesOf(watching.stdout).map((line) => JSON.parse(line))
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, at) => at + 1))
})

test('-n begins with old messages, and goes on without a gap', async () => {
  const ids = [await say('old 1'), await say('old 2')]
  const watching = watch('-n', '2')
  await watching.until('stderr', 'watching general')
  ids.push(await say('new'))
  await watching.until('stdout', 'new')
  expect(linesOf(watching.stdout).map((line) => Number(line.split('\t')[1]))).toEqual(ids)
})

test('whoever reads may go away', async () => {
  const watching = watch('--after', '0')
  await watching.until('stdout', '\n')
  watching.child.stdout?.destroy()
  await say('nobody reads this')
  await watching.until('stderr', /$/)
  if (watching.child.exitCode === null) await new Promise((resolve) => watching.child.once('exit', resolve))
  expect(watching.child.exitCode).toBe(0)
  expect(watching.stderr).toMatch(/^watching general from .*\n$/)
})

test('what cannot be watched is told', async () => {
  expect(await ana.chat(['watch', 'nowhere'])).toMatchObject({ code: 4, stderr: expect.stringContaining('[404 room-not-found]') })
  expect(await ana.chat(['watch', '--after', 'zzz'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('[400 cursor-invalid]')
  })
  expect(await ana.chat(['watch', '--after', 'aaaaaaaa.7'])).toMatchObject({
    code: 4,
    stderr: expect.stringContaining('[410 cursor-expired]')
  })
  expect(await ana.chat(['watch', '-n', '5', '--after', '0'])).toMatchObject({ code: 2 })
  expect(await ana.chat(['watch', '--server', 'http://127.0.0.1:9'], { env: { CHAT_TOKEN: 'x' } })).toMatchObject({ code: 7 })
})

test('--after also takes the number of a message alone', async () => {
  const id = await say('before')
  await say('behind')
  const { stdout } = await ana.chat(['watch', '--after', String(id), '--once'])
  expect(linesOf(stdout).map((line) => line.split('\t').at(-1))).toEqual(['behind'])
})
