import { noRateLimits } from '@tertulia/protocol'
import { expect, test } from 'vitest'
import { openApp } from '../support/open-app.ts'

const messages = '/v1/rooms/general/messages'

/** A server with the lab's wire, and what its clients do; like Python's http.client they say no type. */
async function openLab(options: Parameters<typeof openApp>[0] = {}) {
  const opened = await openApp({ lab2: true, ...options })
  const post = async (url: string, payload: string | Buffer, headers: Record<string, string> = {}) =>
    opened.app.inject({ method: 'POST', url, headers, payload })
  const take = (name: string) => post('/user', name)
  const say = (body: string | Buffer) => post('/', body)
  const collect = async (name: string) => (await post('/getMsg', name)).body
  return { ...opened, post, take, say, collect }
}

test('without the flag there is no such wire', async () => {
  const { app } = await openApp()
  const status = async (url: string) => (await app.inject({ method: 'POST', url, payload: 'eva' })).statusCode
  expect([await status('/user'), await status('/'), await status('/getMsg')]).toEqual([404, 405, 404])
})

test('a name is taken once, in every spelling, and the answers are those that the lab wants', async () => {
  const { app, take } = await openLab()
  const born = await take('eva')
  expect([born.statusCode, born.body, born.headers.location]).toEqual([201, '', '/v1/users/eva'])
  for (const name of ['eva', 'Eva', 'ana']) {
    const again = await take(name)
    expect([again.statusCode, again.headers['www-authenticate']]).toEqual([401, 'Lab realm="general"'])
    expect(again.json()).toMatchObject({ code: 'unauthorized', detail: `The name “${name}” is taken. Choose another.` })
  }
  expect((await take('a>b')).json()).toMatchObject({ status: 422, code: 'invalid-body' })
  expect((await take('')).json()).toMatchObject({ status: 422, code: 'invalid-body' })
  expect((await app.inject('/')).statusCode).toBe(200)
})

test('what is said goes to everybody else once, and what was there before is not for who comes later', async () => {
  const { ana, take, say, collect } = await openLab()
  await ana.post(messages, { text: 'before' })
  await take('eva')
  await take('leo')
  expect(await collect('eva')).toBe('')
  expect((await say('eva>hello > all')).statusCode).toBe(200)
  await ana.post(messages, { text: 'good morning' })
  expect(await collect('leo')).toBe('\neva>hello > all\nana>good morning')
  expect(await collect('leo')).toBe('')
  expect(await collect('eva')).toBe('\nana>good morning')
  const { messages: history } = (await ana.get(messages)).json()
  expect(history.map(({ text, author }: { text: string; author: object }) => [text, author])).toContainEqual([
    'hello > all',
    { name: 'eva', kind: 'person' }
  ])
})

test('an edited text is given as it is now, a deleted one not at all, and a text of several lines does not pass for several', async () => {
  const { ana, take, collect } = await openLab()
  await take('eva')
  const first = (await ana.post(messages, { text: 'helo' })).json()
  const second = (await ana.post(messages, { text: 'a slip' })).json()
  await ana.put(`${messages}/${first.id}`, { text: 'hello' })
  await ana.delete(`${messages}/${second.id}`)
  await ana.post(messages, { text: 'one\nluis>two\r\nthree' })
  expect(await collect('eva')).toBe('\nana>hello\nana>one\n luis>two\n three')
})

test('nobody but users of the lab can be spoken for, and they cannot sign in elsewhere', async () => {
  const { app, ana, post, take, say } = await openLab()
  await take('eva')
  for (const [url, body] of [
    ['/', 'ana>hi'],
    ['/', 'nobody>hi'],
    ['/', '>hi'],
    ['/getMsg', 'ana'],
    ['/getMsg', 'nobody']
  ] as const) {
    const reply = await post(url, body)
    expect([reply.statusCode, reply.json().code], body).toEqual([401, 'unauthorized'])
    expect(reply.headers['www-authenticate']).toBe('Lab realm="general"')
  }
  const taken = await app.inject({ method: 'POST', url: '/v1/users', payload: { name: 'eva' } })
  expect(taken.json()).toMatchObject({ code: 'name-taken' })
  const { id } = (await ana.post(messages, { text: 'mine' })).json()
  expect((await say(`eva>${'x'.repeat(4001)}`)).json()).toMatchObject({ status: 422 })
  expect((await say('eva>')).json()).toMatchObject({ status: 422 })
  expect((await say('eva')).json()).toMatchObject({ status: 422, detail: 'The body must be NAME>TEXT.' })
  expect((await ana.get(messages)).json().messages.at(-1).id).toBe(id)
})

test('a body is UTF-8, or else ISO-8859-1, whatever it says of itself', async () => {
  const { ana, post, take, say, collect } = await openLab()
  await take('eva')
  await post('/user', Buffer.from('Íñigo', 'latin1'))
  await say(Buffer.from('Íñigo>mañana', 'latin1'))
  await say('Íñigo>¿qué tal? 👋')
  await post('/', Buffer.from('Íñigo>adiós', 'latin1'), { 'content-type': 'text/plain; charset=iso-8859-1' })
  await post('/', 'Íñigo>hasta luego', { 'content-type': 'application/x-www-form-urlencoded' })
  const said = '\nÍñigo>mañana\nÍñigo>¿qué tal? 👋\nÍñigo>adiós\nÍñigo>hasta luego'
  expect(await collect('eva')).toBe(said)
  const reply = await post('/getMsg', 'eva')
  expect(reply.headers['content-type']).toBe('text/plain; charset=utf-8')
  expect((await ana.get(messages)).body).toContain('"Íñigo"')
})

test('somebody who was away for long gets everything, in pieces', async () => {
  const { store, ana, take, collect } = await openLab()
  await take('eva')
  await ana.post(messages, { text: '0' })
  const atMs = Date.now()
  const author = (
    await store.commit([{ kind: 'register', name: 'marta', userKind: 'person', tokenDigest: new Uint8Array(32), atMs }])
  )[0]
  if (author.refused) throw new Error(author.refused.code)
  const send = (n: number) => ({ kind: 'send', actor: author.user.id, room: 'general', text: `${n}`, atMs }) as const
  await store.commit(Array.from({ length: 250 }, (_, n) => send(n + 1)))
  const pieces = [await collect('eva'), await collect('eva'), await collect('eva')]
  expect(pieces.map((piece) => piece.split('\n').length - 1)).toEqual([200, 51, 0])
  expect(
    pieces
      .join('')
      .split('\n')
      .slice(1)
      .map((line) => line.split('>')[1])
  ).toEqual(Array.from({ length: 251 }, (_, n) => `${n}`))
})

test('who asks in vain writes nothing, and two who ask at once share what there is', async () => {
  const { store, ana, take, collect } = await openLab()
  await take('eva')
  await ana.post(messages, { text: 'one' })
  const both = await Promise.all([collect('eva'), collect('eva')])
  expect(both.sort()).toEqual(['', '\nana>one'])
  store.commit = () => expect.unreachable('nothing is new')
  expect(await collect('eva')).toBe('')
})

test('who asks too often is slowed down, each address for itself, since a name proves nothing', async () => {
  const rate = { burst: 2, perSecond: 0.001 }
  const { post } = await openLab({ limits: { send: rate, reads: rate, register: rate } })
  for (const [url, body] of [
    ['/user', 'eva'],
    ['/', 'eva>hi'],
    ['/getMsg', 'eva']
  ] as const) {
    const statuses = [await post(url, body), await post(url, body), await post(url, body)].map(({ statusCode }) => statusCode)
    expect(statuses[2], url).toBe(429)
    expect(statuses.slice(0, 2), url).not.toContain(429)
  }
})

test('host, origin and method are checked as everywhere', async () => {
  const { app, post } = await openLab()
  expect((await post('/user', 'eva', { host: 'evil.example.com' })).json()).toMatchObject({ code: 'misdirected' })
  for (const headers of [{ origin: 'https://evil.example.com' }, { 'sec-fetch-site': 'cross-site' }]) {
    for (const url of ['/user', '/', '/getMsg']) {
      expect((await post(url, 'eva', headers as Record<string, string>)).json()).toMatchObject({ code: 'origin-refused' })
    }
  }
  const got = await app.inject('/getMsg')
  expect([got.statusCode, got.headers.allow]).toEqual([405, 'OPTIONS, POST'])
  expect((await app.inject({ method: 'OPTIONS', url: '/' })).headers.allow).toBe('GET, HEAD, OPTIONS, POST')
})

test('every answer to a path of the lab closes its connection, refusals too; the others stay open, and so does all without the flag', async () => {
  const limits = { ...noRateLimits, register: { burst: 2, perSecond: 0.001 } }
  const { app, post } = await openLab({ limits })
  const closing = async (asked: Promise<{ statusCode: number; headers: Record<string, unknown> }>) => {
    const { statusCode, headers } = await asked
    return [statusCode, headers.connection]
  }
  expect(await closing(post('/user', 'eva'))).toEqual([201, 'close'])
  expect(await closing(post('/user', 'eva'))).toEqual([401, 'close'])
  expect(await closing(post('/user', 'eva'))).toEqual([429, 'close'])
  expect(await closing(post('/', 'eva>hi', { origin: 'https://elsewhere.example.com' }))).toEqual([403, 'close'])
  expect(await closing(post('/getMsg', 'eva', { host: 'elsewhere.example.com' }))).toEqual([421, 'close'])
  expect(await closing(post('/', 'eva>hi', { 'content-encoding': 'gzip' }))).toEqual([415, 'close'])
  expect(await closing(app.inject({ method: 'DELETE', url: '/user' }))).toEqual([405, 'close'])
  expect(await closing(app.inject('/'))).toEqual([200, 'close'])
  expect(await closing(app.inject('/health/live'))).toEqual([200, 'keep-alive'])
  expect(await closing(app.inject('/users'))).toEqual([404, 'keep-alive'])
  const { app: other } = await openApp()
  expect(await closing(other.inject('/'))).toEqual([200, 'keep-alive'])
})

test('under a prefix its paths are there', async () => {
  const { app } = await openApp({ lab2: true }, '/chat')
  for (const url of ['/chat', '/chat/', '/chat?']) expect((await app.inject(url)).headers.connection).toBe('close')
  expect((await app.inject('/chat/v1/limits')).headers.connection).toBe('keep-alive')
})

test('whom the one who runs the server has disabled says and hears nothing', async () => {
  const { store, take, say, post } = await openLab()
  await take('eva')
  await store.commit([{ kind: 'disable-user', user: (await store.user('eva'))?.id as number, disabled: true, atMs: 0 }])
  for (const reply of [await say('eva>hi'), await post('/getMsg', 'eva')]) {
    expect(reply.json()).toMatchObject({ status: 401, detail: 'Whoever runs this server has disabled the name “eva”.' })
  }
})
