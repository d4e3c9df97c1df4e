import { PassThrough } from 'node:stream'
import { ChatClient, ConnectionError, type Transport } from '@tertulia/client'
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

const { setTimeout: realTimeout } = globalThis
const shortly = () => new Promise((resolve) => realTimeout(resolve, 10))

const server = 'http://127.0.0.1:1543'

/** The history is replaced by one that ends at this cursor, as soon as that is wanted. */
interface Reset {
  to: string
  when: Promise<void>
}

/** A conversation at a terminal, with a server that answers each request of this kind as it is told, and others never. */
async function open(
  answers: Record<string, (query: URLSearchParams, headers: Record<string, string>) => object | Promise<object>> = {},
  { reset, plain = false }: { reset?: Reset; plain?: boolean } = {}
) {
  const requests: string[] = []
  const transport: Transport = async ({ method, url, headers, signal }) => {
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
          const isFirst = requests.filter((each) => each === request).length === 1
          const note = (type: string, cursor: string) =>
            Buffer.from(`event: ${type}\ndata: ${JSON.stringify({ type, room: 'general', cursor })}\n\n`)
          const end = isFirst || !reset ? 'abcdefgh.7' : reset.to
          yield note('ready', end)
          yield note('synced', end)
          if (isFirst && reset) {
            await reset.when
            yield note('reset', reset.to)
          }
          await silence()
        })()
      )
    }
    const json = await answers[request]?.(searchParams, headers)
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
  const style = { plain, echoes: true, reflows: false, bell: true }
  const terminal = new LineTerminal(input as never, output as never, style)
  let usual = 'general'
  const entered = (room: string) => {
    usual = room
  }
  const place = { client, room: 'general', me: 'ana', flags: (room: string) => (room === usual ? [] : ['--room', room]), entered }
  const ended = new Conversation(place, terminal, { ...bare, plain }).run().then(
    () => undefined,
    (error) => failureOf(error)
  )
  /** The time that the conversation knows does not go on meanwhile. */
  const until = async (what: string) => {
    for (let tries = 0; !(shown + requests.join('\n')).includes(what); tries++) {
      if (tries > 1_000) throw new Error(`“${what}” never came:\n${shown}\n${requests.join('\n')}`)
      await shortly()
    }
  }
  /** For so long that nobody can be in the middle of a word. */
  const quiet = () => vi.advanceTimersByTimeAsync(1_000)
  return { input, output, until, quiet, ended, requests, shown: () => shown }
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
  const { input, until, ended, shown } = await open({ ...past, 'POST /messages': () => message(++sent, `answer ${sent}`) })
  await until('-- up to date')
  input.write(`uno\rdos\r${ctrlD}`)
  expect(await ended).toBeUndefined()
  expect(sent).toBe(2)
  expect(shown()).toMatch(/answer 1.*answer 2/s)
})

test.each([
  ['zzzzzzzz.3', '-- the server went back to an older copy of general.'],
  ['abcdefgh.3', '-- the server went back to an older copy of general.'],
  ['abcdefgh.9', '-- the server no longer has what came next in general.']
])('a history that cannot be followed any more, with its end at %s, is told and read anew', async (reset, notice) => {
  const { input, until, ended } = await open(past, { reset: { to: reset, when: Promise.resolve() } })
  await until(notice)
  await until('The newest messages')
  input.write(ctrlD)
  expect(await ended).toBeUndefined()
})

test('where all that was said before is erased, /history says so', async () => {
  const swept = () => ({ messages: [], cursor: 'abcdefgh.7', firstSeq: 7 })
  const { input, until, ended } = await open({ ...past, 'GET /messages': swept })
  await until('-- up to date')
  input.write('/history\r')
  await until('-- older messages of general are erased --')
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
  const { input, until, quiet, ended, requests } = await open({ ...past, 'PUT /messages/5': () => refusal(403, 'not-author') })
  await until('-- up to date')
  input.write('/edit 5 foo\r')
  await until('-- not edited: Because')
  await quiet()
  await until('/edit 5 foo')
  input.write('\r')
  const edits = () => requests.filter((request) => request === 'PUT /messages/5')
  await vi.waitFor(() => expect(edits()).toHaveLength(2), { timeout: 10_000 })
  input.write(ctrlC + ctrlC + ctrlC)
  await ended
  expect(requests).not.toContain('POST /messages')
})

test('a text that was refused waits until nobody is typing, and until what is typed has been sent', async () => {
  let refused = false
  const post = () => {
    if (refused) return message(2, 'dos')
    refused = true
    return refusal(422, 'invalid-body')
  }
  const { input, until, quiet, ended } = await open({ ...past, 'POST /messages': post })
  await until('-- up to date')
  input.write('uno\r')
  await until('-- not sent: uno. Because. [422 invalid-body] --')
  input.write('dos')
  await until('general> dos')
  await quiet()
  input.write('\r')
  await until('POST /messages\nPOST /messages')
  await quiet()
  await until('general> \x1b[Kuno')
  input.write(ctrlC + ctrlC)
  expect(await ended).toBeUndefined()
})

test('a refused text that begins with a slash comes back as it was typed', async () => {
  const { input, until, quiet, ended } = await open({ ...past, 'POST /messages': () => refusal(422, 'invalid-body') })
  await until('-- up to date')
  input.write('//who\r')
  await until('-- not sent: /who. ')
  await quiet()
  await until('general> //who')
  input.write(ctrlC + ctrlC)
  expect(await ended).toBeUndefined()
})

const mine = message(5, 'mine')
const withMine = { ...past, 'GET /messages': () => ({ messages: [mine], cursor: 'abcdefgh.7' }) }
const noConnection = () => {
  throw new ConnectionError('refused', server)
}

test('an edit that finds no server is not lost: it comes back, or is told at the end', async () => {
  const { input, until, quiet, ended } = await open({ ...withMine, 'PUT /messages/5': noConnection })
  await until('-- up to date')
  input.write('\x1b[A') // Up
  await until('edit 5> mine')
  input.write(' and more\r')
  await until('-- not edited: No server answers')
  await quiet()
  await until('edit 5> mine and more')
  input.write(`${ctrlC}/edit 5 other\r/quit\r`)
  const failure = await ended
  expect(failure?.exit).toBe(7)
  expect(failure?.text.split('\n')).toEqual(['chat: 1 change was not made. Make it with:', 'chat edit 5 other'])
})

test('an edit that was begun before the server went back to an older copy replaces no other message', async () => {
  let goBack = () => {}
  const when = new Promise<void>((resolve) => {
    goBack = resolve
  })
  let end = 'abcdefgh.7'
  const other = message(5, 'another one')
  const edit = (_query: URLSearchParams, headers: Record<string, string>) =>
    new Headers(headers).get('if-match') === `"${end.split('.')[0]}.5"`
      ? message(5, 'mine and more', { rev: 8 })
      : { ...refusal(412, 'stale'), current: other }
  const { input, until, ended } = await open(
    {
      ...past,
      'GET /messages': () => ({ messages: [end === 'abcdefgh.7' ? mine : other], cursor: end }),
      'PUT /messages/5': edit
    },
    { reset: { to: 'zzzzzzzz.6', when } }
  )
  await until('-- up to date')
  input.write('\x1b[A') // Up
  await until('edit 5> mine')
  end = 'zzzzzzzz.6'
  goBack()
  await until('another one')
  input.write(' and more\r')
  await until('-- not edited: 5 has been changed in the meantime [412 stale]. It says now:')
  input.write(ctrlC + ctrlC)
  await ended
})

test('an edit that is left behind in another room is told with the line that makes it', async () => {
  const { input, until, ended, answer } = await openJoining(withMine)
  input.write('\x1b[A') // Up
  await until('edit 5> mine')
  input.write(' and more')
  await until(' and more')
  answer({ name: 'ana', kind: 'person', role: 'member' })
  await until('-- joined ops as ana --')
  await until('1 change was not made. Make it with:')
  await until('chat edit --room general 5 "mine and more"')
  input.write(ctrlC)
  expect(await ended).toBeUndefined()
})

const elsewhere = {
  'PUT /v1/rooms/ops/members/me': () => ({ name: 'ana', kind: 'person', role: 'member' }),
  'GET /v1/rooms/ops': () => ({ name: 'ops', title: '', visibility: 'public', archived: false })
}

test('what is refused after another room was entered is told with the line for the room that it was meant for', async () => {
  const answers: ((answer: object) => void)[] = []
  const later = () => new Promise<object>((resolve) => answers.push(resolve))
  const { input, until, quiet, ended, shown } = await open({
    ...withMine,
    ...elsewhere,
    'POST /messages': later,
    'PUT /messages/5': later
  })
  await until('-- up to date')
  input.write('uno\r')
  await until('POST /messages')
  input.write('/edit 5 other\r')
  await until('PUT /messages/5')
  input.write('/join ops\r')
  await until('-- joined ops as ana --')
  for (const answer of answers) answer(refusal(403, 'room-archived'))
  await until('-- not sent to general: uno. Because. [403 room-archived]. Send it there')
  await until('-- not edited in general: Because. [403 room-archived]. Edit it with --')
  await until('chat send --room general uno')
  await until('chat edit --room general 5 other')
  await quiet()
  expect(shown()).not.toMatch(/ops> (?:uno|.edit)/)
  input.write(ctrlC)
  expect(await ended).toBeUndefined()
})

/** Where the room ops is being joined, which it depends on the answer whether it can be. */
async function openJoining(answers: Parameters<typeof open>[0], options?: Parameters<typeof open>[1]) {
  let answer = (_answer: object) => {}
  const answered = new Promise<object>((resolve) => {
    answer = resolve
  })
  const opened = await open({ ...answers, ...elsewhere, 'PUT /v1/rooms/ops/members/me': () => answered }, options)
  await opened.until('-- up to date')
  opened.input.write('/join ops\r')
  await opened.until('PUT /v1/rooms/ops/members/me')
  return { ...opened, answer }
}

test('what was sent and has not come yet is shown before another room is entered', async () => {
  const { input, until, ended, shown } = await open({ ...past, ...elsewhere, 'POST /messages': () => message(8, 'answer') })
  await until('-- up to date')
  input.write('uno\r')
  await until('POST /messages')
  expect(shown()).not.toContain('answer')
  input.write('/join ops\r')
  await until('-- joined ops as ana --')
  expect(shown()).toMatch(/answer.*joined ops/s)
  input.write(ctrlC)
  expect(await ended).toBeUndefined()
})

test('what is entered while another room is being joined goes there', async () => {
  const { input, until, ended, requests, answer } = await openJoining({
    ...past,
    'POST /v1/rooms/ops/messages': () => message(1, 'hola', { room: 'ops' })
  })
  input.write('hola\r')
  await shortly()
  answer({ name: 'ana', kind: 'person', role: 'member' })
  await until('POST /v1/rooms/ops/messages')
  expect(requests).not.toContain('POST /messages')
  input.write(ctrlC)
  expect(await ended).toBeUndefined()
})

test('and comes back where that room cannot be joined', async () => {
  const { input, until, quiet, ended, requests } = await open({
    ...past,
    'PUT /v1/rooms/ops/members/me': () => refusal(404, 'room-not-found')
  })
  await until('-- up to date')
  input.write('/join ops\rhola\r')
  await until('-- cannot join ops: Because')
  await quiet()
  await until('hola')
  expect(requests).not.toContain('POST /messages')
  input.write(ctrlC + ctrlC)
  expect(await ended).toBeUndefined()
})

test('an edit or a deletion that was entered for a room that cannot be joined is made in no other', async () => {
  const { input, until, ended, requests, answer } = await openJoining(withMine)
  input.write('/delete 5\r/edit 5 hola\r/help\r')
  await shortly()
  answer(refusal(404, 'room-not-found'))
  await until('-- not done, for it was meant for ops: /delete 5 --')
  await until('-- not done, for it was meant for ops: /edit 5 hola --')
  await until('/quit')
  expect(requests.join()).not.toContain('/messages/5')
  input.write(ctrlC)
  expect(await ended).toBeUndefined()
})

test('that a room cannot be joined is told while the next text is being typed, before it goes to the room that one is still in', async () => {
  const { input, until, ended, answer } = await openJoining(past, { plain: true })
  input.write('hola')
  await until('hola')
  answer(refusal(404, 'room-not-found'))
  await until('-- cannot join ops: Because. [404 room-not-found]; you are still in')
  input.write(ctrlC + ctrlC)
  expect(await ended).toBeUndefined()
})

test('and is told with its room where somebody leaves before that', async () => {
  const { input, until, ended } = await open(past)
  await until('-- up to date')
  input.write('/join ops\rhola\r')
  await until('PUT /v1/rooms/ops/members/me')
  input.write(ctrlC + ctrlC)
  expect((await ended)?.text.split('\n')).toEqual(['chat: 1 text was not sent. Send it with:', 'chat send --room ops hola'])
})

test('whoever was signed out meanwhile loses nothing: what was sent, what follows it, what is being typed', async () => {
  const { input, until, ended } = await open({ ...past, 'POST /messages': () => refusal(401, 'unauthorized') })
  await until('-- up to date')
  input.write('uno\rdos\r//tres')
  const failure = await ended
  expect(failure?.exit).toBe(3)
  const lines = failure?.text.split('\n') ?? []
  expect(lines[0]).toMatch(/^chat: Because.*\[401 unauthorized\]$/)
  expect(lines.slice(-4)).toEqual(['3 texts were not sent. Send them with:', 'chat send uno', 'chat send dos', 'chat send /tres'])
})

test('however much a terminal types, the line stays bounded, which is told once', async () => {
  const { input, until, ended, shown } = await open(past)
  await until('-- up to date')
  for (let pieces = 0; pieces < 250; pieces++) input.write('y'.repeat(4_000))
  await until('-- a message can have at most 4000 characters; what you typed last was left')
  input.write(ctrlC)
  await until('general> \x1b[J')
  expect(shown().match(/at most 4000/g)).toHaveLength(1)
  input.write(ctrlC + ctrlC)
  expect(await ended).toBeUndefined()
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
