import { afterAll, expect, onTestFinished, test } from 'vitest'
import { http, saying, scripted } from '../../../client/test/support/scripted.ts'
import { problem } from '../../../client/test/support/serve.ts'
import { commands } from '../../src/commands.ts'
import { Home, type Outcome, startWith } from '../support/chat.ts'
import { type Call, everyCommand, withCodesOfTheirOwn } from '../support/every-command.ts'

const home = new Home({ CHAT_TOKEN: 'secret' })
afterAll(() => home.remove())

/** Run `chat`, and write the address of the server as SERVER, its port as HOST. */
async function chat(server: string, { args, input = '', anonymous }: Call, alone = false): Promise<Outcome> {
  const env = { CHAT_SERVER: server, CHAT_TOKEN: anonymous ? '' : 'secret' }
  const outcome = await (alone ? home.chatAlone(args as string[], { input, env }) : home.chat(args as string[], { input, env }))
  const named = (text: string) => text.replaceAll(server, 'SERVER').replaceAll(new URL(server).host, 'HOST')
  return { code: outcome.code, stdout: named(outcome.stdout), stderr: named(outcome.stderr) }
}

/** A refusal; a wait that no command has time for keeps it from being asked for again. */
const refusing = (status: number, code = 'odd') =>
  http(status, JSON.stringify(problem(status, code, 'So it is.')), {
    'content-type': 'application/problem+json',
    'retry-after': '3600'
  })

const oneLine = /^\{[^\n]*\}\n$/

const noTertulia = 'SERVER answers, but not as a Tertulia server does. Check the address.'
const unexplained = (status: number) =>
  `The answer has status ${status} and no explanation. Perhaps it comes from a proxy, or from another service`
const cut = 'The connection to HOST was cut before the answer came'

/** What a server answers with; the exit code; and what is said, with the code of the problem. */
const answers: [what: string, bytes: string | Uint8Array, exit: number, code: string, says: string][] = [
  ['a refusal', refusing(400), 2, 'odd', 'So it is. [400 odd]'],
  ['a status that no server of ours gives', http(402, '<h1>Pay</h1>'), 2, 'http-402', `${unexplained(402)}. [402 http-402]`],
  ['a teapot', http(418, 'short and stout'), 2, 'http-418', `${unexplained(418)}. [418 http-418]`],
  ['a demand for a condition', http(428), 5, 'http-428', `${unexplained(428)}. [428 http-428]`],
  ['something that the law forbids', http(451, ''), 2, 'http-451', `${unexplained(451)}. [451 http-451]`],
  ['a refusal that has no words', http(400, '{"code":5,"detail":null}'), 2, 'http-400', `${unexplained(400)}. [400 http-400]`],
  ['a page of a server that failed', http(500, '<h1>Oops</h1>'), 9, 'http-500', `${unexplained(500)}. [500 http-500]`],
  [
    'a proxy in trouble',
    http(502, '<h1>Bad gateway</h1>', { 'retry-after': '3600' }),
    9,
    'http-502',
    `${unexplained(502)}. [502 http-502]`
  ],
  ['a bug', refusing(500, 'internal'), 9, 'internal', 'The server ran into a bug. Its log says more under r1. [500 internal]'],
  [
    'a way to another server',
    http(301, '', { location: 'https://chat.example/' }),
    7,
    'connection-redirect',
    'SERVER redirects to https://chat.example/. If that is the server you mean, use its address: chat join https://chat.example/'
  ],
  ['a redirect to nowhere', http(301), 9, 'unexpected-answer', noTertulia],
  ['“not modified”, which nobody asked', http(304), 9, 'unexpected-answer', noTertulia],
  ['a status that HTTP does not have', http(600, '{}'), 9, 'unexpected-answer', noTertulia],
  ['a page', http(200, '<h1>It works!</h1>'), 9, 'unexpected-answer', noTertulia],
  ['half an object', http(200, '{"name":'), 9, 'unexpected-answer', noTertulia],
  ['an object of others', http(200, '{"status":"ok","name":7}'), 9, 'unexpected-answer', noTertulia],
  ['a list', http(200, '[]'), 9, 'unexpected-answer', noTertulia],
  ['null', http(200, 'null'), 9, 'unexpected-answer', noTertulia],
  ['nothing, where something was expected', http(204), 9, 'unexpected-answer', noTertulia],
  [
    'an early hint, and then no answer of ours',
    `HTTP/1.1 103 Early Hints\r\n\r\n${http(200, '{}')}`,
    9,
    'unexpected-answer',
    noTertulia
  ],
  [
    'another protocol',
    'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: other\r\n\r\n',
    9,
    'connection-malformed',
    'The answer of HOST is not valid HTTP (it changes the protocol). Check the address and the port.'
  ],
  [
    'a head without end',
    http(200, '{}', { 'x-large': 'x'.repeat(100_000) }),
    9,
    'connection-malformed',
    'The answer of HOST is not valid HTTP (its head is too large). Check the address and the port.'
  ],
  [
    'pieces of no size',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n',
    9,
    'connection-malformed',
    'The answer of HOST is not valid HTTP. Check the address and the port.'
  ],
  ['SSH', 'SSH-2.0-OpenSSH_9.6\r\n', 7, 'connection-not-http', 'HOST does not speak HTTP. Check the address and the port.']
]

test.each(answers)('%s is told in one sentence, and nothing on standard output', async (_what, bytes, exit, code, says) => {
  const server = await saying(bytes)
  expect(await chat(server, { args: ['whoami'] })).toEqual({ code: exit, stdout: '', stderr: `chat: ${says}\n` })
  const { stderr, ...json } = await chat(server, { args: ['whoami', '--json'] })
  expect(json).toEqual({ code: exit, stdout: '' })
  expect(stderr).toMatch(oneLine)
  // What the server said has its status; what only the command has to say has none.
  const [, status] = /\[(\d+) \S+\]$/.exec(says) ?? []
  expect(JSON.parse(stderr)).toEqual({
    type: expect.any(String),
    code,
    title: expect.any(String),
    detail: status === undefined ? says : expect.any(String),
    status: status && Number(status),
    instance: status && expect.any(String)
  })
})

/** An answer that ends before its end. */
const cuts: [what: string, bytes: string | Uint8Array][] = [
  ['nothing at all', ''],
  ['half a head', 'HTTP/1.1 200 OK\r\ncontent-le'],
  ['half a body', http(200, '{"name":', { 'content-length': '100' })],
  ['half a piece', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{"nam\r\n10\r\nabc'],
  ['“go on”, and then nothing', 'HTTP/1.1 100 Continue\r\n\r\n']
]

test.each(cuts)(
  'a connection that is cut after %s ends with 7, and says that the message may have been sent',
  async (_what, bytes) => {
    const server = await saying(bytes)
    const args = ['send', 'hi', '--no-retry', '--key', 'k']
    const says = `${cut}; it may or may not have been sent. Repeat safely with:\nchat send hi --no-retry --key k`
    expect(await chat(server, { args })).toEqual({ code: 7, stdout: '', stderr: `chat: ${says}\n` })
    const json = await chat(server, { args: [...args, '--json'] })
    expect(json).toMatchObject({ code: 7, stdout: '' })
    expect(JSON.parse(json.stderr)).toEqual({
      type: 'about:blank',
      code: 'connection-reset',
      title: 'No connection',
      detail: `${says} --json`
    })
  }
)

test('an answer that comes in drips is an answer', async () => {
  const bytes = http(200, '{"name":"ana","kind":"person"}')
  const server = await scripted((socket) => {
    socket.setNoDelay()
    const drip = (at: number) => {
      if (at < bytes.length) socket.write(bytes.charAt(at), () => setImmediate(drip, at + 1))
      else socket.end()
    }
    drip(0)
  })
  expect(await chat(server, { args: ['whoami'] })).toEqual({ code: 0, stdout: 'ana\n', stderr: '' })
})

test('whoever is silent is given up after the time that there is', async () => {
  const server = await scripted(() => {})
  const args = ['send', 'hi', '--timeout', '300ms', '--key', 'k']
  expect(await chat(server, { args })).toEqual({
    code: 8,
    stdout: '',
    stderr:
      'chat: No answer in 0.3 s; it may or may not have been sent. Repeat safely with:\nchat send hi --timeout 300ms --key k\n'
  })
  const { stderr, ...json } = await chat(server, { args: [...args, '--json'] })
  expect(json).toEqual({ code: 8, stdout: '' })
  expect(JSON.parse(stderr)).toMatchObject({ code: 'connection-answer-timeout', title: 'No connection' })
})

/** Every status that is a failure, and what a command ends with. */
const statuses: Record<number, number[]> = {
  2: [400, 402, 405, 406, 407, 411, 413, 414, 415, 416, 417, 418, 421, 422, 423, 424, 425, 426, 431, 451, 499],
  3: [401, 403],
  4: [404, 410],
  5: [409, 412, 428],
  6: [429],
  8: [408],
  9: [500, 501, 502, 503, 504, 505, 506, 507, 508, 511, 520, 599]
}

test.each(Object.entries(statuses))('%i is the end after these statuses: %j', async (exit, each) => {
  let answer = ''
  const server = await scripted((socket) => socket.end(answer))
  for (const status of each) {
    answer = refusing(status)
    const told = await chat(server, { args: ['history'] })
    expect(told).toEqual({ code: Number(exit), stdout: '', stderr: `chat: So it is. [${status} odd]\n` })
  }
})

/** One status for each exit code, after which nothing is in doubt. */
const refusals: [exit: number, status: number, code: string][] = [
  [2, 422, 'odd'],
  [3, 403, 'odd'],
  [4, 404, 'odd'],
  [5, 409, 'odd'],
  [6, 429, 'odd'],
  [8, 408, 'odd'],
  [9, 507, 'storage-full']
]

test('every command is in the table', () => {
  const ids = everyCommand.map(({ args: [first = '', second = ''] }) =>
    Object.hasOwn(commands, `${first}:${second}`) ? `${first}:${second}` : first
  )
  const missing = Object.keys(commands).filter((id) => !ids.includes(id) && !withCodesOfTheirOwn.includes(id))
  expect(missing).toEqual([])
})

test.each(everyCommand)('$args ends with the code of each refusal, and prints nothing', async (call) => {
  let answer = ''
  const server = await scripted((socket) => socket.end(answer))
  for (const [at, [exit, status, code]] of refusals.entries()) {
    answer = refusing(status, code)
    const asJson = (at + everyCommand.indexOf(call)) % 2 === 0
    const { stderr, ...rest } = await chat(server, asJson ? { ...call, args: [...call.args, '--json'] } : call)
    expect(rest).toEqual({ code: exit, stdout: '' })
    if (asJson) {
      expect(stderr).toMatch(oneLine)
      expect(JSON.parse(stderr)).toMatchObject({ code, status })
    } else expect(stderr).toMatch(new RegExp(`^chat: [^\\n]*So it is[^\\n]* \\[${status} ${code}\\]\\n$`))
  }
})

test.each(everyCommand)('$args finds another service out, and a port that nobody listens at', async (call) => {
  const body = '{"status":"ok","rooms":[{}],"messages":[{}],"members":[7],"tokens":{},"name":"x"}'
  const { code, stdout, stderr } = await chat(await saying(http(200, body)), call)
  expect({ code, stdout }).toEqual({ code: 9, stdout: '' })
  expect(stderr).toMatch(
    /^chat: SERVER answers, but not (?:as a Tertulia server does|with events|with an export)\. Check the address\.\n$/
  )
  // The port of a server that has just ended may be another test's by now.
  const refused = await chat('http://127.0.0.1:2', { ...call, args: [...call.args, '--json'] })
  expect(refused).toMatchObject({ code: 7, stdout: '', stderr: expect.stringMatching(oneLine) })
  expect(JSON.parse(refused.stderr)).toMatchObject({ code: 'connection-refused', title: 'No connection' })
})

test('a process of its own ends with the same codes', async () => {
  const { server, homes, end } = await startWith(['ana'])
  onTestFinished(end)
  expect(await homes[0].chatAlone(['whoami'])).toEqual({ code: 0, stdout: 'ana\n', stderr: '' })
  expect(await homes[0].chatAlone(['whoami', '--frob'])).toMatchObject({ code: 2, stdout: '' })
  for (const [exit, status, code] of refusals) {
    const server = await saying(refusing(status, code))
    expect(await chat(server, { args: ['whoami'] }, true)).toEqual({
      code: exit,
      stdout: '',
      stderr: `chat: So it is. [${status} ${code}]\n`
    })
  }
  const changed = await saying('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: other\r\n\r\n')
  expect(await chat(changed, { args: ['whoami'] }, true)).toMatchObject({ code: 9, stdout: '' })
  expect(await homes[0].chatAlone(['send', 'x', '--room', 'nowhere'])).toMatchObject({ code: 4, stdout: '' })
  await server.server.end()
  expect(await homes[0].chatAlone(['whoami'])).toMatchObject({ code: 7, stdout: '' })
})

test.each([
  ['SIGHUP', 129],
  ['SIGINT', 130],
  ['SIGTERM', 143]
] as const)('%s ends it with 128 and its number (%i)', async (signal, code) => {
  let arrived = () => {}
  const arrival = new Promise<void>((resolve) => {
    arrived = resolve
  })
  const server = await scripted(() => arrived())
  const running = home.start(['edit', '7', 'hi'], { CHAT_SERVER: server })
  await arrival
  running.child.kill(signal)
  expect(await running.ended()).toBe(code)
  expect(running.stderr).toMatch(/^chat: Interrupted; [^\n]+\n$/)
})
