import { expect, test } from 'vitest'
import { type Guest, openApp, openAppForAll } from '../support/open-app.ts'

const shared = openAppForAll()

const messages = '/v1/rooms/general/messages'
const form = 'application/x-www-form-urlencoded'

test.each([
  ['JSON', 'application/json', '{"text":"¿qué tal?"}', '¿qué tal?'],
  ['JSON with a charset', 'application/json; charset="UTF-8"', '{"text":"¿qué tal?"}', '¿qué tal?'],
  ['JSON with a charset as it is often misspelled', 'application/json; charset=utf8', '{"text":"¿qué tal?"}', '¿qué tal?'],
  ['JSON in which the last of two counts', 'application/json', '{"text":"one","text":"two"}', 'two'],
  ['plain text with a byte order mark', 'text/plain', '\ufeffhi', '\ufeffhi'],
  ['plain text', 'text/plain; charset=utf-8', '¿qué tal?\n', '¿qué tal?\n'],
  ['the form of curl -d', form, 'text=50%25+off%21+a=b', '50% off! a=b'],
  ['a form in UTF-8', form, 'text=%C2%BFqu%C3%A9+tal%3F', '¿qué tal?']
])('a message may come as %s', async (_name, type, payload, text) => {
  const { ana } = shared()
  const reply = await ana.ask('POST', messages, payload, { 'content-type': type })
  expect(reply.statusCode).toBe(201)
  expect(reply.json().text).toBe(text)
})

const bytes = (...values: (string | number)[]) =>
  Buffer.concat(values.map((v) => (typeof v === 'number' ? Buffer.of(v) : Buffer.from(v))))

test.each([
  ['no JSON', 'application/json', '{"text":', 400, 'invalid-json'],
  ['JSON after a byte order mark', 'application/json', '\ufeff{"text":"hi"}', 400, 'invalid-json'],
  ['bytes that are no UTF-8, in JSON', 'application/json', bytes('{"text":"', 0xff, '"}'), 400, 'invalid-encoding'],
  ['bytes that are no UTF-8, in a text', 'text/plain', bytes('h', 0xc3), 400, 'invalid-encoding'],
  ['half a percent sign', form, 'text=100%', 400, 'invalid-encoding'],
  ['percent signs that are no UTF-8', form, 'text=%ff', 400, 'invalid-encoding'],
  ['another charset', 'application/json; charset=iso-8859-1', '{"text":"hi"}', 415, 'unsupported-media-type'],
  ['another type', 'application/xml', '<text>hi</text>', 415, 'unsupported-media-type'],
  ['a malformed type', 'json', '{"text":"hi"}', 415, 'unsupported-media-type'],
  ['too many bytes', 'text/plain', 'x'.repeat(64 * 1024 + 1), 413, 'content-too-large'],
  ['100,000 brackets', 'application/json', '['.repeat(60_000), 400, 'invalid-json'],
  ['brackets that close', 'application/json', `${'['.repeat(30_000)}${']'.repeat(30_000)}`, 422, 'invalid-body'],
  ['brackets for a text', 'application/json', `{"text":${'['.repeat(30_000)}${']'.repeat(30_000)}}`, 422, 'invalid-body'],
  ['nothing', 'application/json', '', 422, 'invalid-body'],
  ['null', 'application/json', 'null', 422, 'invalid-body'],
  ['a field twice', form, 'text=a&text=b', 422, 'invalid-body'],
  ['a word that is no field', form, 'hi', 422, 'invalid-body'],
  ['more fields than any form has', form, Array.from({ length: 9_000 }, (_, n) => `${n}=`).join('&'), 422, 'invalid-body']
])('a body of %s is refused', async (_name, type, payload, status, code) => {
  const { app, ana } = shared()
  const headers = { ...ana.headers, 'content-type': type }
  const reply = await app.inject({ method: 'POST', url: messages, headers, payload })
  expect(reply.statusCode).toBe(status)
  expect(reply.headers['content-type']).toContain('application/problem+json')
  expect(reply.json()).toMatchObject({ type: `/problems/${code}`, code, status, detail: expect.stringMatching(/\.$/) })
})

const refusedWith = async (guest: Guest, body: unknown) => {
  const reply = await guest.ask('POST', messages, JSON.stringify(body), { 'content-type': 'application/json' })
  expect(reply.statusCode).toBe(422)
  return reply.json().errors
}

test('what is wrong with each member is said in words', async () => {
  const { ana } = await openApp()
  const known = 'is unknown; known: text'
  expect(await refusedWith(ana, {})).toEqual([{ pointer: '#/text', detail: 'is missing' }])
  expect(await refusedWith(ana, { text: 5 })).toEqual([{ pointer: '#/text', detail: 'must be a string' }])
  expect(await refusedWith(ana, { text: [] })).toEqual([{ pointer: '#/text', detail: 'must be a string' }])
  expect(await refusedWith(ana, { text: '' })).toEqual([{ pointer: '#/text', detail: 'must not be empty' }])
  expect(await refusedWith(ana, { text: 'hi', author: 'luis' })).toEqual([{ pointer: '#/author', detail: known }])
  expect(await refusedWith(ana, { text: 'hi', 'a/b ñ\ud800': 1 })).toEqual([
    { pointer: '#/a~1b%20%C3%B1%EF%BF%BD', detail: known }
  ])
  expect(await refusedWith(ana, [])).toEqual([{ pointer: '#', detail: 'must be an object with these members: text' }])
  expect(await refusedWith(ana, { text: 'x'.repeat(4_001) })).toEqual([
    { pointer: '#/text', detail: 'has 4001 characters; the limit is 4000' }
  ])
  expect(await refusedWith(ana, { text: '\u200b \n' })).toEqual([
    { pointer: '#/text', detail: 'needs at least one visible character' }
  ])
})

test('a member called __proto__ is a member like any other', async () => {
  const { app, ana } = await openApp()
  const headers = { ...ana.headers, 'content-type': 'application/json' }
  const reply = await app.inject({ method: 'POST', url: messages, headers, payload: '{"text":"hi","__proto__":{"x":1}}' })
  expect(reply.statusCode).toBe(422)
  expect(reply.json().errors).toEqual([{ pointer: '#/__proto__', detail: 'is unknown; known: text' }])
})

test('characters are counted, not UTF-16 units', async () => {
  const { ana } = await openApp()
  expect((await ana.post(messages, { text: '🙂'.repeat(4_000) })).statusCode).toBe(201)
  expect((await ana.post(messages, { text: '🙂'.repeat(4_001) })).json().errors[0].detail).toBe(
    'has 4001 characters; the limit is 4000'
  )
})

test('a compressed body is refused, with the encoding that is not', async () => {
  const { ana } = await openApp()
  const reply = await ana.post(messages, { text: 'hi' }, { 'content-encoding': 'gzip' })
  expect(reply.statusCode).toBe(415)
  expect(reply.headers['accept-encoding']).toBe('identity')
  expect((await ana.post(messages, { text: 'hi' }, { 'content-encoding': 'identity' })).statusCode).toBe(201)
})

test('a body without a type is refused, with the types that this route takes', async () => {
  const { ana, app } = await openApp()
  const untyped = (url: string) => app.inject({ method: 'POST', url, headers: ana.headers, payload: Buffer.from('hi') })
  const text = await untyped(messages)
  expect(text.statusCode).toBe(415)
  expect(text.headers.accept).toBe('application/json, text/plain, application/x-www-form-urlencoded')
  const room = await untyped('/v1/rooms')
  expect(room.statusCode).toBe(415)
  expect(room.headers.accept).toBe('application/json')
})

test('a form makes no room: only a text may come as one', async () => {
  const { ana } = await openApp()
  const reply = await ana.post('/v1/rooms', 'name=ops')
  expect(reply.statusCode).toBe(415)
  expect(reply.json().detail).toBe(
    'A body of type “application/x-www-form-urlencoded” is not supported here. Send one of: application/json.'
  )
})

test('what other members want is said in words too', async () => {
  const { ana } = await openApp()
  await ana.post('/v1/rooms', { name: 'ops' })
  const archived = await ana.patch('/v1/rooms/ops', { archived: 'x' })
  expect(archived.json().detail).toBe('archived must be true or false.')
  const link = await ana.post('/v1/links', [])
  expect(link.json().detail).toBe('The body must be an object without members.')
})
