import type { Transport } from '@tertulia/client'
import { expect, test } from 'vitest'
import { explaining } from '../../src/explaining/explaining.ts'

const { signal } = new AbortController()

/** A server whose answers have these statuses, headers and bodies, and what was told of the exchanges. */
function open(status: number, fields: Record<string, string> = {}, body: string[] = []) {
  const told: string[] = []
  const transport: Transport = async () => ({
    status,
    header: (name) => fields[name] ?? null,
    body: (async function* () {
      for (const each of body) yield new TextEncoder().encode(each)
    })()
  })
  return { told, send: explaining(transport, (line) => told.push(line)) }
}

const headers = { accept: 'application/json', authorization: 'Bearer s3cret' }

test('an exchange is told with its meanings, each of them once', async () => {
  const { told, send } = open(201, { location: '/v1/rooms/general/messages/42', etag: '"7f3a7f3a.42"' })
  const post = {
    method: 'POST',
    url: 'http://127.0.0.1:1543/v1/rooms/general/messages',
    body: '{"text":"hi"}',
    signal,
    headers: { ...headers, 'content-type': 'application/json', 'idempotency-key': 'k1' }
  }
  await send(post)
  expect(told.map((line) => line.replace(/\(\d+ ms\)/, '(6 ms)'))).toEqual([
    '> POST /v1/rooms/general/messages HTTP/1.1',
    '#   POST asks the server to add something new under this address.',
    '> Accept: application/json                 # the form of answer I want',
    '> Authorization: Bearer ****               # who I am (hidden here)',
    '> Content-Type: application/json           # the form of what I send',
    '> Idempotency-Key: k1',
    '#   repeating this makes no second message',
    '> {"text":"hi"}',
    '< HTTP/1.1 201 Created                     (6 ms)',
    '#   2xx means it worked. (1xx wait, 3xx look elsewhere, 4xx your request is at',
    '#   fault, 5xx the server is.)',
    '#   201: something new exists.',
    '< Location: /v1/rooms/general/messages/42  # its address: GET, PUT or DELETE it',
    '< ETag: "7f3a7f3a.42"                      # its version, for If-Match',
    '# Same with curl: curl -i -H "Authorization: Bearer $CHAT_TOKEN" -d text=hi \\',
    '#   http://127.0.0.1:1543/v1/rooms/general/messages'
  ])
  told.length = 0
  await send(post)
  expect(told.filter((line) => line.startsWith('#   ') || line.includes(' # '))).toHaveLength(1)
})

test('the tag of a list is for If-None-Match, that of what is in it for If-Match', async () => {
  for (const [path, field] of [
    ['rooms/general/messages?limit=5', 'If-None-Match'],
    ['rooms', 'If-None-Match'],
    ['rooms/general', 'If-Match'],
    ['rooms/general/messages/42', 'If-Match']
  ]) {
    const { told, send } = open(200, { etag: '"7f3a7f3a.42"' })
    await send({ method: 'GET', url: `http://127.0.0.1:1543/team/v1/${path}`, headers, signal })
    expect(told.find((line) => line.startsWith('< ETag'))).toMatch(new RegExp(` for ${field}$`))
  }
})

test('secrets are hidden in heads, bodies and the line for curl', async () => {
  const { told, send } = open(200)
  const body = JSON.stringify({ name: 'ana', password: 's3cret', code: 's3cret', invite: 's3cret' })
  await send({ method: 'PUT', url: 'http://127.0.0.1:1543/v1/x', headers, body, signal })
  expect(told.join('\n')).not.toContain('s3cret')
})

test('what a server says cannot act on the terminal', async () => {
  const { told, send } = open(201, { location: '/\x1b[2J' })
  await send({ method: 'GET', url: 'http://127.0.0.1:1543/', headers, signal })
  expect(told.join('\n')).not.toContain('\x1b')
})

test('of a stream the first frames are told, and all bytes pass', async () => {
  const frames = Array.from({ length: 5 }, (_, at) => `id: 7f3a7f3a.${at}\ndata: {}\n\n`)
  const { told, send } = open(200, { 'content-type': 'text/event-stream; charset=utf-8' }, frames)
  const { body } = await send({ method: 'GET', url: 'http://127.0.0.1:1543/', headers, signal })
  let text = ''
  for await (const chunk of body) text += new TextDecoder().decode(chunk)
  expect(text).toBe(frames.join(''))
  expect(told.filter((line) => line.startsWith('< id:'))).toHaveLength(3)
  expect(told).toContain('#   … and so on, for as long as somebody reads.')
})

test('no answer is told as well', async () => {
  const told: string[] = []
  const failing = explaining(
    () => Promise.reject(new Error('cut')),
    (line) => told.push(line)
  )
  await expect(failing({ method: 'GET', url: 'http://127.0.0.1:1543/', headers, signal })).rejects.toThrow('cut')
  expect(told.join('\n')).toMatch(/^# No answer after \d+ ms\.$/m)
})
