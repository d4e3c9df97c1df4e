import { PassThrough } from 'node:stream'
import { ChatClient, type Transport } from '@tertulia/client'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Conversation } from '../../src/conversation/conversation.ts'
import { LineTerminal } from '../../src/conversation/line-terminal.ts'
import { failureOf } from '../../src/failing/failure.ts'
import { bare } from '../../src/printing/look.ts'
import { message } from '../support/message.ts'

beforeEach(() => {
  // Leaving waits for a time that never comes.
  vi.useFakeTimers({ toFake: ['setTimeout'] })
})
afterEach(() => {
  vi.useRealTimers()
  process.exitCode = undefined
})

const server = 'http://127.0.0.1:1543'

/** A conversation at a terminal, with a server that answers each request of this kind as it is told, and others never. */
async function open(answers: Record<string, (query: URLSearchParams) => object> = {}, { reset }: { reset?: string } = {}) {
  const requests: string[] = []
  const transport: Transport = async ({ method, url, signal }) => {
    const { pathname, searchParams } = new URL(url)
    const request = `${method} ${pathname.replace('/v1/rooms/general', '')}`
    requests.push(request)
    const silence = () =>
      new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }))
    const answer = (type: string, body: AsyncIterable<Uint8Array>) => ({ status: 200, header: () => type, body })
    if (request === 'GET /events') {
      return answer(
        'text/event-stream',
        (async function* () {
          yield Buffer.from('event: ready\ndata: {"type":"ready","room":"general","cursor":"abcdefgh.7"}\n\n')
          yield Buffer.from('event: synced\ndata: {"type":"synced","room":"general","cursor":"abcdefgh.7"}\n\n')
          if (reset !== undefined && requests.filter((each) => each === request).length === 1) {
            yield Buffer.from(`event: reset\ndata: {"type":"reset","room":"general","cursor":"${reset}"}\n\n`)
          }
          await silence()
        })()
      )
    }
    const json = answers[request]?.(searchParams)
    if (json === undefined) return silence()
    const body = (async function* () {
      yield Buffer.from(JSON.stringify(json))
    })()
    return { ...answer('application/json', body), status: 'status' in json ? Number(json.status) : 200 }
  }
  const input = Object.assign(new PassThrough(), { setRawMode: () => {} })
  const output = Object.assign(new PassThrough(), { columns: 80 })
  let shown = ''
  output.setEncoding('utf8').on('data', (text) => {
    shown += text
  })
  const client = new ChatClient({ server, token: 'x', transport })
  const style = { plain: false, echoes: true, reflows: false, bell: true }
  const terminal = new LineTerminal(input as never, output as never, style)
  const place = { client, room: 'general', me: 'ana', flags: () => [], entered: () => {} }
  const ended = new Conversation(place, terminal, bare).run().then(
    () => undefined,
    (error) => failureOf(error)
  )
  const until = (what: string) => vi.waitFor(() => expect(shown + requests.join('\n')).toContain(what), { timeout: 10_000 })
  return { input, output, until, ended, requests }
}

const past = {
  'GET /v1/rooms': () => ({ rooms: [] }),
  'GET /messages': () => ({ messages: [], cursor: 'abcdefgh.7' }),
  'GET /members': () => ({ members: [] })
}
const ctrlC = '\x03'
const ctrlD = '\x04'

test.each([ctrlC, ctrlD, '/quit\r'])('after %j a Ctrl-C waits for nothing, and what is under way is told', async (leave) => {
  const { input, until, ended } = await open(past)
  await until('-- up to date')
  input.write('uno\rdos\r/edit 7 tres\r/delete 8\r')
  for (const request of ['POST /messages', 'PUT /messages/7', 'DELETE /messages/8']) await until(request)
  input.write(`${leave}typed while leaving\r`)
  input.write(ctrlC)
  const failure = await ended
  expect(failure?.exit).toBe(7)
  expect(failure?.text.split('\n')).toEqual([
    'chat: 1 text may or may not have been sent. Repeat safely with:',
    expect.stringMatching(/^chat send --key \w+ uno$/),
    '1 text was not sent. Send it with:',
    'chat send dos',
    '2 changes may or may not have been made. Make sure with:',
    'chat edit 7 tres',
    'chat delete 8'
  ])
})

test('the prompt says how much is on its way, when that takes a while', async () => {
  const { input, until, ended } = await open(past)
  await until('-- up to date')
  input.write('uno\r')
  await until('POST /messages')
  await vi.advanceTimersByTimeAsync(500)
  await until('general (sending 1)> ')
  input.write('dos\r')
  await until('general (sending 2)> ')
  input.write(ctrlC + ctrlC)
  expect((await ended)?.exit).toBe(7)
})

test('what the server still answers while somebody leaves is done', async () => {
  let sent = 0
  const { input, until, ended } = await open({ ...past, 'POST /messages': () => message(++sent, 'x') })
  await until('-- up to date')
  input.write(`uno\rdos\r${ctrlD}`)
  expect(await ended).toBeUndefined()
  expect(sent).toBe(2)
})

test.each([
  ['zzzzzzzz.3', '-- the server went back to an older copy of general.'],
  ['abcdefgh.3', '-- the server went back to an older copy of general.'],
  ['abcdefgh.9', '-- the server no longer has what came next in general.']
])('a history that cannot be followed any more, with its end at %s, is told and read anew', async (reset, notice) => {
  const { input, until, ended } = await open(past, { reset })
  await until(notice)
  await until('The newest messages')
  input.write(ctrlD)
  expect(await ended).toBeUndefined()
})

test('where nothing had been said on entering, /history repeats nothing of what was said since', async () => {
  const messages: ReturnType<typeof message>[] = []
  const history = (query: URLSearchParams) => {
    const before = Number(query.get('before') ?? Number.POSITIVE_INFINITY)
    return { messages: messages.filter(({ id }) => id < before), cursor: 'abcdefgh.7' }
  }
  const { input, until, ended } = await open({ ...past, 'GET /messages': history })
  await until('-- up to date')
  messages.push(message(3, 'hola'))
  input.write('/history\r')
  await until('-- nothing was said before that in general --')
  input.write(ctrlD)
  expect(await ended).toBeUndefined()
})

test('a line of spaces is nothing to send', async () => {
  const { input, until, ended, requests } = await open({ ...past, 'POST /messages': () => message(1, 'x') })
  await until('-- up to date')
  input.write('   \runo\r')
  await until('POST /messages')
  input.write(ctrlD)
  expect(await ended).toBeUndefined()
  expect(requests.filter((request) => request === 'POST /messages')).toHaveLength(1)
})

test('whoever leaves before the past has come waits for nothing', async () => {
  const { input, until, ended } = await open()
  await until('GET /messages')
  input.write(ctrlD)
  expect(await ended).toBeUndefined()
})

test.each(['input', 'output'] as const)('a terminal whose %s has gone is left, and what can still be sent is', async (gone) => {
  let sent = 0
  const { until, ended, ...terminal } = await open({ ...past, 'POST /messages': () => message(++sent, 'x') })
  await until('-- up to date')
  terminal.input.write('uno\r')
  await until('POST /messages')
  terminal[gone].destroy(Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO' }))
  expect(await ended).toBeUndefined()
  expect(sent).toBe(1)
})

test('a server that does not say who is here ends nothing', async () => {
  const { input, until, ended } = await open({ 'GET /v1/rooms': past['GET /v1/rooms'], 'GET /messages': past['GET /messages'] })
  await until('GET /members')
  await vi.advanceTimersByTimeAsync(60_000)
  await until('-- up to date --')
  input.write(ctrlD)
  expect(await ended).toBeUndefined()
})

const refusal = (status: number, code: string) => ({ type: '', code, status, title: code, detail: 'Because.', instance: 'r1' })

test('a refused /edit comes back whole: Enter sends no new message', async () => {
  const { input, until, ended, requests } = await open({ ...past, 'PUT /messages/5': () => refusal(403, 'not-author') })
  await until('-- up to date')
  input.write('/edit 5 foo\r')
  await until('-- not edited: Because')
  input.write('\r')
  const edits = () => requests.filter((request) => request === 'PUT /messages/5')
  await vi.waitFor(() => expect(edits()).toHaveLength(2), { timeout: 10_000 })
  input.write(ctrlC + ctrlC + ctrlC)
  await ended
  expect(requests).not.toContain('POST /messages')
})

test('newlines at the end of a paste are dropped', async () => {
  const { input, until, ended } = await open(past)
  await until('-- up to date')
  input.write('\x1b[200~uno\ndos\n\n\x1b[201~')
  await until('-- 2 lines pasted')
  await until('general [2 lines]> ')
  input.write(ctrlC + ctrlC)
  expect(await ended).toBeUndefined()
})

test.each([
  [503, 'draining', 'not sent: 503 draining'],
  [429, 'rate-limited', 'not sent: 429 rate-limited'],
  [503, 'storage-failed', 'may or may not have been sent: 503 storage-failed'],
  [502, 'http-502', 'may or may not have been sent: 502 http-502'],
  [504, 'http-504', 'may or may not have been sent: 504 http-504']
])('a text that is tried again after %i %s is called “%s”', async (status, code, notice) => {
  const { input, until, ended } = await open({ ...past, 'POST /messages': () => refusal(status, code) })
  await until('-- up to date')
  input.write('uno\r')
  await until(`-- ${notice}. Trying again in 2 s`)
  input.write(ctrlC + ctrlC)
  expect((await ended)?.text).toContain(notice.startsWith('not sent') ? '1 text was not sent' : '1 text may or may not')
})

test('a text over which the server fails may have been sent, and can be repeated safely', async () => {
  const { input, until, ended } = await open({ ...past, 'POST /messages': () => refusal(500, 'internal') })
  await until('-- up to date')
  input.write('uno\r')
  await until('-- may or may not have been sent: uno. ')
  await until('chat send --key ')
  input.write(ctrlC)
  expect(await ended).toBeUndefined()
})
