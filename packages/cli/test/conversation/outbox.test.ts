import { ConnectionError, ProblemError } from '@tertulia/client'
import { expect, test } from 'vitest'
import { Outbox, type Outgoing } from '../../src/conversation/outbox.ts'
import { message } from '../support/message.ts'

const lost = new ConnectionError('refused', 'http://127.0.0.1:1543')
const refusal = (status: number, code: string, retryAfterMs?: number) =>
  new ProblemError({ type: code, code, status, title: code, detail: code, instance: '' }, { retryAfterMs })

/** An outbox whose posts end as the test says, one after the other, and what it has told. */
function open(outcomes: (Error | 'sent')[]) {
  const told: string[] = []
  const keys: string[] = []
  const outbox = new Outbox({
    async post({ key }: Outgoing) {
      keys.push(key)
      const outcome = outcomes.shift() ?? 'sent'
      if (outcome !== 'sent') throw outcome
      return message(keys.length, 'x')
    },
    sent: ({ text, waited }) => told.push(`sent ${text}${waited ? ' after waiting' : ''}`),
    waits: ({ text }, position) => told.push(`waits ${position} ${text}`),
    delayed: ({ code }, ms) => told.push(`delayed ${code} ${ms}`),
    refused: ({ text }) => told.push(`refused ${text}`)
  })
  return { outbox, told, keys }
}

test('texts leave in their order', async () => {
  const { outbox, told } = open([])
  for (const text of ['a', 'b', 'c']) outbox.add(text, 0)
  await outbox.settled(5_000)
  expect(told).toEqual(['sent a', 'sent b', 'sent c'])
  expect(outbox.unsent).toEqual([])
})

test('without a connection they wait, are counted, and leave when it is back', async () => {
  const { outbox, told } = open([])
  outbox.pause()
  outbox.add('a', 0)
  outbox.add('b', 0)
  expect(told).toEqual(['waits 1 a', 'waits 2 b'])
  expect(outbox.unsent.map(({ text }) => text)).toEqual(['a', 'b'])
  outbox.resume()
  await outbox.settled(5_000)
  expect(told.slice(2)).toEqual(['sent a after waiting', 'sent b after waiting'])
})

test('what was cut is tried again with the same key', async () => {
  const { outbox, told, keys } = open([lost, 'sent'])
  outbox.add('a', 0)
  await expect.poll(() => told).toEqual(['waits 1 a'])
  outbox.resume()
  await outbox.settled(5_000)
  expect(told).toEqual(['waits 1 a', 'sent a after waiting'])
  expect(new Set(keys).size).toBe(1)
  expect(keys).toHaveLength(2)
})

test('a server that wants it later is obeyed, and nothing overtakes', async () => {
  const { outbox, told } = open([refusal(429, 'rate-limited', 10), 'sent', 'sent'])
  outbox.add('a', 0)
  outbox.add('b', 0)
  await outbox.settled(5_000)
  expect(told).toEqual(['delayed rate-limited 10', 'sent a', 'sent b'])
})

test('a refusal is told, and the next one leaves', async () => {
  const { outbox, told } = open([refusal(422, 'invalid-body'), 'sent'])
  outbox.add('a', 0)
  outbox.add('b', 0)
  await outbox.settled(5_000)
  expect(told).toEqual(['refused a', 'sent b'])
})

test('what is queued behind a text that was cut waits too, and is told in its order', async () => {
  const { outbox, told } = open([lost])
  for (const text of ['a', 'b', 'c']) outbox.add(text, 0)
  await expect.poll(() => told).toEqual(['waits 1 a', 'waits 2 b', 'waits 3 c'])
  outbox.add('d', 0)
  expect(told.at(-1)).toBe('waits 4 d')
  outbox.pause()
  outbox.resume()
  await outbox.settled(5_000)
  expect(told.slice(4)).toEqual(['a', 'b', 'c', 'd'].map((text) => `sent ${text} after waiting`))
})
