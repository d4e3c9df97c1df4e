import { expect, test } from 'vitest'
import { hostileTexts } from '../../cli/test/support/hostile-texts.ts'
import { factsOf, forPeople, forPrograms } from '../src/log.ts'

const time = new Date(2026, 10, 23, 9, 1, 12).getTime()

test.each([
  [{ level: 30, msg: 'ana joined general' }, '09:01:12  ana joined general\n'],
  [{ level: 20, msg: 'request', status: 200 }, '09:01:12  request {"status":200}\n'],
  [
    { level: 50, msg: 'unexpected error', request: 'a-1', err: { stack: 'Error: no\n    at here' } },
    '09:01:12  PROBLEM: unexpected error {"request":"a-1"}\nError: no\n    at here\n'
  ],
  [{ level: 20, msg: 'request', url: '/\u009b2J\u202e' }, '09:01:12  request {"url":"/\\u009b2J\\u202e"}\n'],
  [
    { level: 40, msg: 'a\nb\u001b[2J', err: { stack: 'Error: \u001b[2J\r\n    at here' } },
    '09:01:12  PROBLEM: a\\x0ab\\x1b[2J\nError: \\x1b[2J\\x0d\n    at here\n'
  ]
])('line %# is told to people', (line, text) => {
  expect(forPeople(JSON.stringify({ time, ...line }))).toBe(text)
})

test('what others have chosen begins no line of the log and does nothing to a terminal', () => {
  const hostile = Array.from({ length: 0x3000 }, (_, code) => String.fromCodePoint(code)).join('')
  const line = forPeople(JSON.stringify({ time, level: 40, msg: hostile, url: hostile }))
  expect(line.match(/\n/g)).toHaveLength(1)
  expect(line.slice(0, -1)).not.toMatch(/[\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069]/u)
})

test.each(hostileTexts.map((text) => [text]))(
  '%j in a name, an address or an error is letters in both kinds of lines',
  (text) => {
    const facts = { time, level: 40, msg: `${text} registered`, url: text }
    const forEyes = forPeople(JSON.stringify({ ...facts, err: { stack: `Error: ${text}` } }))
    const json = forPrograms(`${JSON.stringify(facts)}\n`)
    for (const lines of [forEyes, json])
      expect(lines.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069\ufeff\u{e0000}-\u{e0fff}]/u)
    expect(json.match(/\n/g)).toHaveLength(1)
    expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(facts)))
  }
)

test('of an error its message and where it happened are told, with what caused it, and nothing that hangs on it', () => {
  const cause = Object.assign(new TypeError('no such row'), { parameters: ['a text'] })
  const error = Object.assign(new Error('it failed', { cause }), {
    code: 'EFAULT',
    rawPacket: Buffer.from('a token'),
    value: 'a key'
  })
  const told = JSON.stringify(factsOf(error))
  expect(JSON.parse(told)).toMatchObject({ type: 'Error', message: 'it failed', code: 'EFAULT' })
  expect(told).toMatch(/Error: it failed\\n .*caused by: TypeError: no such row\\n /)
  expect(told).not.toMatch(/a text|a token|a key|rawPacket/)
  expect(factsOf('thrown')).toEqual({ type: 'string', message: 'thrown' })
})
