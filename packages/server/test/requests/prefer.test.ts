import type { FastifyRequest } from 'fastify'
import { expect, test } from 'vitest'
import { preferredWait } from '../../src/requests/prefer.ts'

const waitOf = (prefer: string | undefined) => preferredWait({ headers: { prefer } } as unknown as FastifyRequest)

test.each([
  ['wait=10', 10],
  ['Wait = 10', 10],
  ['wait="10"', 10],
  ['respond-async, wait=10', 10],
  ['return=minimal; foo="some parameter", wait=10; bar', 10],
  ['wait=1, wait=10', 1],
  ['wait=100000', 100_000],
  ['wait=0', 0]
])('Prefer: %s waits %i s', (prefer, seconds) => {
  expect(waitOf(prefer)).toBe(seconds)
})

test.each([undefined, '', 'respond-async', 'wait', 'wait=', 'wait=-1', 'wait=1.5', 'wait=soon', 'await=10', 'wait=1e3'])(
  'Prefer: %s does not say how long to wait',
  (prefer) => {
    expect(waitOf(prefer)).toBeUndefined()
  }
)
