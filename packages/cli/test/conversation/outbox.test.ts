import { ConnectionError, ProblemError } from '@tertulia/client'
import { expect, test } from 'vitest'
import { Outbox, type Outgoing } from '../../src/conversation/outbox.ts'
import { message } from '../support/message.ts'

const lost = new ConnectionError('refused', 'http://127.0.0.1:1543')
const cut = new ConnectionError('reset', 'http://127.0.0.1:1543')
const refusal = (status: number, code: string, retryAfterMs?: number) =>
  new ProblemError({ type: code, code, status, title: code, detail: code, instance: '' }, { retryAfterMs })

const lostByProxy = new ProblemError(
  { type: 'about:blank', code: 'http-502', status: 502, title: 'x', detail: 'x', instance: '' },
  { retryAfterMs: 0, mayHaveArrived: true }
)

/** An outbox whose posts end as the test says, one after the other, and what it has told. */
function open(outcomes: (Error | 'sent' | 'silence')[]) {
  const told: string[] = []
  const keys: string[] = []
  const outbox = new Outbox({
    async post({ key }: Outgoing, signal) {
      keys.push(key)
      const outcome = outcomes.shift() ?? 'sent'
      if (outcome === 'silence') await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
      else if (outcome !== 'sent') throw outcome
      return message(keys.length, 'x')
    },
    sent: ({ text, waited }) => told.push(`sent ${text}${waited ? ' after waiting' : ''}`),
    waits: ({ text }, position) => told.push(`waits ${position} ${text}`),
    delayed: ({ code }, ms) => told.push(`delayed ${code} ${ms}`),
    refused: ({ text, inDoubt }) => told.push(`refused ${text}${inDoubt ? ' in doubt' : ''}`),
    shutOut: ({ code }) => told.push(`shut out: ${code}`)
  })
  return { outbox, told, keys }
}

test('texts leave in their order', async () => {
  const { outbox, told } = open([])
  for (const text of ['a', 'b', 'c']) outbox.add(text, 'general')
  await outbox.close(AbortSignal.timeout(5_000))
  expect(told).toEqual(['sent a', 'sent b', 'sent c'])
  expect(outbox.unsent).toEqual([])
})

test('without a connection they wait, are counted, and leave when it is back', async () => {
  const { outbox, told } = open([])
  outbox.pause()
  outbox.add('a', 'general')
  outbox.add('b', 'general')
  expect(told).toEqual(['waits 1 a', 'waits 2 b'])
  expect(outbox.unsent.map(({ text }) => text)).toEqual(['a', 'b'])
  outbox.resume()
  await outbox.close(AbortSignal.timeout(5_000))
  expect(told.slice(2)).toEqual(['sent a after waiting', 'sent b after waiting'])
})

test('what was cut is tried again with the same key', async () => {
  const { outbox, told, keys } = open([lost, 'sent'])
  outbox.add('a', 'general')
  await expect.poll(() => told).toEqual(['waits 1 a'])
  outbox.resume()
  await outbox.close(AbortSignal.timeout(5_000))
  expect(told).toEqual(['waits 1 a', 'sent a after waiting'])
  expect(new Set(keys).size).toBe(1)
  expect(keys).toHaveLength(2)
})

test('a server that wants it later is obeyed, and nothing overtakes', async () => {
  const { outbox, told } = open([refusal(429, 'rate-limited', 10), 'sent', 'sent'])
  outbox.add('a', 'general')
  outbox.add('b', 'general')
  await outbox.close(AbortSignal.timeout(5_000))
  expect(told).toEqual(['delayed rate-limited 10', 'sent a', 'sent b'])
})

test('a refusal is told, and the next one leaves', async () => {
  const { outbox, told } = open([refusal(422, 'invalid-body'), 'sent'])
  outbox.add('a', 'general')
  outbox.add('b', 'general')
  await outbox.close(AbortSignal.timeout(5_000))
  expect(told).toEqual(['refused a', 'sent b'])
})

test('a server that knows us no longer gets nothing more, and everything is left', async () => {
  const { outbox, told } = open(['sent', refusal(401, 'unauthorized')])
  for (const text of ['a', 'b', 'c']) outbox.add(text, 'general')
  await expect.poll(() => told).toEqual(['sent a', 'shut out: unauthorized'])
  await outbox.close(new AbortController().signal)
  expect(left(outbox)).toEqual(['b', 'c'])
  expect(told).toHaveLength(2)
})

test('what is queued behind a text that was cut waits too, and is told in its order', async () => {
  const { outbox, told } = open([lost])
  for (const text of ['a', 'b', 'c']) outbox.add(text, 'general')
  await expect.poll(() => told).toEqual(['waits 1 a', 'waits 2 b', 'waits 3 c'])
  outbox.add('d', 'general')
  expect(told.at(-1)).toBe('waits 4 d')
  outbox.pause()
  outbox.resume()
  await outbox.close(AbortSignal.timeout(5_000))
  expect(told.slice(4)).toEqual(['a', 'b', 'c', 'd'].map((text) => `sent ${text} after waiting`))
})

const left = (outbox: Outbox) => outbox.unsent.map(({ text, inDoubt }) => `${text}${inDoubt ? ' in doubt' : ''}`)

test('when it closes, what is under way is in doubt, and what has not begun is not', async () => {
  const { outbox, told } = open(['sent', 'silence'])
  for (const text of ['a', 'b', 'c']) outbox.add(text, 'general')
  const hurry = new AbortController()
  const closed = outbox.close(hurry.signal)
  await expect.poll(() => told).toEqual(['sent a'])
  hurry.abort()
  await closed
  expect(left(outbox)).toEqual(['b in doubt', 'c'])
  // Nothing leaves any more.
  await new Promise((resolve) => setImmediate(resolve))
  expect([told, left(outbox)]).toEqual([['sent a'], ['b in doubt', 'c']])
})

test('without a connection it closes at once, and what was cut before stays in doubt', async () => {
  const { outbox, told } = open([cut])
  outbox.add('a', 'general')
  outbox.add('b', 'general')
  await expect.poll(() => told).toContain('waits 1 a')
  outbox.pause()
  await outbox.close(new AbortController().signal)
  expect(left(outbox)).toEqual(['a in doubt', 'b'])
})

test('a server that cannot be reached has nothing', async () => {
  const { outbox, told } = open([lost])
  outbox.add('a', 'general')
  await expect.poll(() => told).toEqual(['waits 1 a'])
  outbox.pause()
  await outbox.close(new AbortController().signal)
  expect(left(outbox)).toEqual(['a'])
})

test.each([
  [cut, refusal(403, 'banned'), 'refused a in doubt'],
  [lostByProxy, refusal(403, 'banned'), 'refused a in doubt'],
  [lost, refusal(403, 'banned'), 'refused a'],
  [refusal(429, 'rate-limited', 0), refusal(500, 'internal'), 'refused a']
])('after %s, %s leaves it so: %s', async (first, second, last) => {
  const { outbox, told } = open([first, second])
  outbox.add('a', 'general')
  await expect.poll(() => told.length).toBeGreaterThan(0)
  outbox.pause()
  outbox.resume()
  await expect.poll(() => told.at(-1)).toBe(last)
})
