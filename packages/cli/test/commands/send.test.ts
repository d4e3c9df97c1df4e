import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
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

test('the id alone goes to stdout, and nothing to a stderr that nobody watches', async () => {
  const { stdout, stderr, code } = await ana.chat(['send', 'hi'])
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 })
  expect(stdout).toMatch(/^\d+\n$/)
})

test('--json gives the message as one line', async () => {
  const { stdout } = await ana.chat(['send', '--json', '¿qué tal?\n\u202e'])
  expect(stdout.match(/\n/g)).toHaveLength(1)
  expect(stdout).toContain('\\u202e')
  expect(JSON.parse(stdout)).toMatchObject({ room: 'general', author: { name: 'ana' }, text: '¿qué tal?\n\u202e' })
})

test('- and a mere pipe mean standard input, without its colours and its last newline', async () => {
  for (const args of [
    ['send', '-', '--json'],
    ['send', '--json']
  ]) {
    const { stdout } = await ana.chat(args, { input: '\x1b[32mok\x1b[0m 118\r\ndone\n' })
    expect(JSON.parse(stdout).text).toBe('ok 118\ndone')
  }
  const raw = await ana.chat(['send', '-', '--raw', '--json'], { input: '\x1b[32mok\n' })
  expect(JSON.parse(raw.stdout).text).toBe('\x1b[32mok')
})

test('a text that begins with - follows --', async () => {
  const { stdout } = await ana.chat(['send', '--json', '--', '--tail is an option'])
  expect(JSON.parse(stdout).text).toBe('--tail is an option')
})

test('over-long input is a usage error, --tail and --split send it', async () => {
  const input = Array.from({ length: 2_000 }, (_, at) => `line ${at}\n`).join('')
  expect(await ana.chat(['send', '-'], { input })).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(/--tail .* --split/)
  })
  expect(await ana.chat(['send', input])).toMatchObject({ code: 2, stderr: expect.stringMatching(/--tail .* --split/) })
  const tail = await ana.chat(['send', '-', '--tail', '--json'], { input })
  expect(JSON.parse(tail.stdout).text).toMatch(/line 1999$/)
  const split = await ana.chat(['send', '-', '--split'], { input })
  expect(split.stdout).toMatch(/^(\d+\n){5,}$/)
})

test('the same key makes no second message', async () => {
  const first = await ana.chat(['send', '--key', 'k1', 'once'])
  const second = await ana.chat(['send', '--key', 'k1', 'once'])
  expect(second).toEqual(first)
  expect(await ana.chat(['send', '--key', 'k1', 'other'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('[422 key-reused]')
  })
})

test('nobody need read the id', async () => {
  const { stdout, stderr } = await ana.shell('{ sleep 1; chat send "to whom it may concern"; echo "exit $?" >&2; } | true')
  expect({ stdout, stderr }).toEqual({ stdout: '', stderr: 'exit 0\n' })
})

describe('refusals', () => {
  test('two arguments are a usage error that says what to do', async () => {
    expect(await ana.chat(['send', 'good', 'morning'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('put the text in quotes')
    })
  })

  test('a text is either cut short or sent in pieces', async () => {
    expect(await ana.chat(['send', '-', '--tail', '--split'], { input: 'hi' })).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('--tail')
    })
  })

  test('an empty standard input is a usage error', async () => {
    expect(await ana.chat(['send'])).toMatchObject({ code: 2, stdout: '' })
  })

  test('a text without anything in it is refused, the same way whatever is missing', async () => {
    for (const text of ['', ' ', '\n\t']) {
      expect(await ana.chat(['send', text])).toEqual({
        code: 2,
        stdout: '',
        stderr: 'chat: The text is empty; nothing was sent.\n'
      })
    }
  })

  test('a folder is not a text', async () => {
    const { code, stderr } = await ana.shell('chat send - < /')
    expect({ code, stderr }).toEqual({ code: 2, stderr: 'chat: Standard input is a folder; nothing was sent.\n' })
  })

  test('a room that is not there ends with 4', async () => {
    const { code, stderr } = await ana.chat(['send', 'hi', '--room', 'nowhere'])
    expect({ code, stderr }).toEqual({ code: 4, stderr: expect.stringMatching(/^chat: .*\[404 room-not-found\]\n$/) })
  })

  test('with --json a refusal is one line of problem JSON, and stdout stays empty', async () => {
    const { code, stdout, stderr } = await ana.chat(['send', 'hi', '--room', 'nowhere', '--json'])
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' })
    expect(JSON.parse(stderr)).toMatchObject({ code: 'room-not-found', status: 404 })
  })

  test('nobody to ask and no name: 3, with the command that helps', async () => {
    const stranger = new Home({ CHAT_SERVER: server.url })
    expect(await stranger.chat(['send', 'hi'])).toEqual({
      code: 3,
      stdout: '',
      stderr: `chat: You have no name on ${server.url} yet. Choose one: chat join ${server.url} --as NAME\n`
    })
    stranger.remove()
  })

  test('a token that nobody knows ends with 3', async () => {
    expect(await ana.chat(['send', 'hi'], { env: { CHAT_TOKEN: 'wrong' } })).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('[401 unauthorized]')
    })
  })

  test('no server ends with 7 at once', async () => {
    const { code, stderr } = await ana.chat(['send', 'hi'], { env: { CHAT_SERVER: 'http://127.0.0.1:9', CHAT_TOKEN: 'x' } })
    expect({ code, stderr }).toEqual({ code: 7, stderr: expect.stringContaining('(connection refused). Is it running?') })
  })
})

describe('a server that takes the text and does not say so', () => {
  /** A server that treats each request as the test says. */
  async function listening(handle: RequestListener): Promise<string> {
    const http = createServer(handle)
    await new Promise<void>((ready) => http.listen(0, '127.0.0.1', ready))
    onTestFinished(() => {
      http.closeAllConnections()
      http.close()
    })
    return `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  }

  test('silence ends with 8 and the line that repeats it safely', async () => {
    const keys: unknown[] = []
    const url = await listening((request) => keys.push(request.headers['idempotency-key']))
    const args = ['--timeout', '1', '--server', url, "it's $5"]
    const { code, stderr } = await ana.chat(['send', ...args], { env: { CHAT_TOKEN: 'x' } })
    expect({ code, stderr }).toEqual({
      code: 8,
      stderr:
        'chat: No answer in 1 s; it may or may not have been sent. Repeat safely with:\n' +
        `chat send --key ${keys[0]} --timeout 1 --server ${url} 'it'\\''s $5'\n`
    })
  })

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129]
  ] as const)('%s on the way ends with %i and the line that repeats it safely', async (signal, code) => {
    let arrived = (_key: unknown) => {}
    const key = new Promise<unknown>((resolve) => {
      arrived = resolve
    })
    const url = await listening((request) => arrived(request.headers['idempotency-key']))
    const sending = ana.start(['send', 'hi', '--server', url], { CHAT_TOKEN: 'x' })
    const repeat = `chat send --key ${await key} hi --server ${url}`
    sending.child.kill(signal)
    expect(await sending.ended()).toBe(code)
    expect(sending.stderr).toBe(`chat: Interrupted; it may or may not have been sent. Repeat safely with:\n${repeat}\n`)
  })

  test('what came from a pipe is an argument of the line that repeats it, as it was sent', async () => {
    const keys: unknown[] = []
    const url = await listening((request) => keys.push(request.headers['idempotency-key']))
    const args = ['send', '-', '--timeout', '1', '--room', 'ops']
    const { code, stderr } = await ana.chat(args, {
      env: { CHAT_TOKEN: 'x', CHAT_SERVER: url },
      input: "\x1b[32mok\x1b[0m\tit's done\n"
    })
    expect({ code, stderr }).toEqual({
      code: 8,
      stderr:
        'chat: No answer in 1 s; it may or may not have been sent. Repeat safely with:\n' +
        `chat send --key ${keys[0]} --room ops $'ok\\tit\\047s done'\n`
    })
  })

  test('a 429 is waited for as long as it asks; where that would take too long it ends with 6', async () => {
    const keys: unknown[] = []
    const url = await listening((request, response) => {
      keys.push(request.headers['idempotency-key'])
      if (keys.length !== 2) {
        response.writeHead(429, { 'retry-after': keys.length === 1 ? '1' : '30', 'content-type': 'application/problem+json' })
        response.end(JSON.stringify({ code: 'rate-limited', status: 429, detail: 'Too many messages. Try again in 30 s.' }))
      } else response.end(JSON.stringify({ id: 42, room: 'general', author: { name: 'ana' } }))
    })
    const env = { CHAT_TOKEN: 'x', CHAT_SERVER: url }
    expect(await ana.chat(['send', 'hi', '--timeout', '10s'], { env })).toEqual({ code: 0, stdout: '42\n', stderr: '' })
    expect(keys[0]).toBe(keys[1])
    expect(await ana.chat(['send', 'hi'], { env })).toEqual({
      code: 6,
      stdout: '',
      stderr: 'chat: Too many messages. Try again in 30 s. [429 rate-limited]\n'
    })
    expect(keys).toHaveLength(3)
  })

  test.each([429, 503])('%i is tried again with the same key; with --no-retry it is the answer', async (status) => {
    const keys: unknown[] = []
    const url = await listening((request, response) => {
      keys.push(request.headers['idempotency-key'])
      const problem = { code: status === 429 ? 'rate-limited' : 'draining', status, detail: 'Not now.' }
      if (keys.length < 3) {
        response.writeHead(status, { 'retry-after': '0', 'content-type': 'application/problem+json' })
        response.end(JSON.stringify(problem))
      } else response.end(JSON.stringify({ id: 42, room: 'general', author: { name: 'ana' } }))
    })
    const env = { CHAT_TOKEN: 'x', CHAT_SERVER: url }
    expect(await ana.chat(['send', 'hi', '--no-retry'], { env })).toMatchObject({ code: status === 429 ? 6 : 9, stdout: '' })
    expect(await ana.chat(['send', 'hi'], { env })).toEqual({ code: 0, stdout: '42\n', stderr: '' })
    expect(keys).toHaveLength(3)
    expect(keys[1]).toBe(keys[2])
  })

  test('a cut connection is tried again with the same key; --no-retry ends with 7', async () => {
    const keys: unknown[] = []
    const url = await listening((request, response) => {
      keys.push(request.headers['idempotency-key'])
      if (keys.length < 3) response.socket?.destroy()
      else response.end(JSON.stringify({ id: 42, room: 'general', author: { name: 'ana' } }))
    })
    const env = { CHAT_TOKEN: 'x', CHAT_SERVER: url }
    const once = await ana.chat(['send', 'hi', '--no-retry'], { env })
    expect(once).toMatchObject({
      code: 7,
      stderr: expect.stringContaining(`Repeat safely with:\nchat send --key ${keys[0]} hi --no-retry`)
    })
    expect(await ana.chat(['send', 'hi'], { env })).toEqual({ code: 0, stdout: '42\n', stderr: '' })
    expect(keys[1]).toBe(keys[2])
  })
})
