import { afterEach, expect, test, vi } from 'vitest'
import type { Outgoing } from '../../src/hub/messages.ts'
import { openOutboxStore } from '../../src/hub/outbox-store.ts'

afterEach(() => {
  vi.unstubAllGlobals()
})

const outgoing = (key: string, atMs: number): Outgoing => ({ key, room: 'ops', text: key, atMs, state: 'waiting' })

interface Request {
  result?: unknown
  error?: Error
  onsuccess?: () => void
  onerror?: () => void
}

/** A request to a database that comes to this. */
function request(outcome: Pick<Request, 'result' | 'error'>): Request {
  const made: Request = { ...outcome }
  setImmediate(() => (outcome.error ? made.onerror?.() : made.onsuccess?.()))
  return made
}

const full = () => request({ error: new DOMException('', 'QuotaExceededError') })
const databases = {
  'is full': {
    transaction: () => ({ objectStore: () => ({ put: full, delete: full, clear: full, getAll: () => request({ result: [] }) }) })
  },
  'was taken away by the browser': {
    transaction: () => {
      throw new DOMException('', 'InvalidStateError')
    }
  }
}

test.each(Object.entries(databases))('texts go on waiting in memory where the storage %s', async (_what, database) => {
  vi.stubGlobal('indexedDB', { open: () => request({ result: database }) })
  const outbox = openOutboxStore('tertulia')
  await outbox.put(outgoing('k2', 2))
  await outbox.put(outgoing('k1', 1))
  expect((await outbox.all()).map(({ key }) => key)).toEqual(['k1', 'k2'])
  await outbox.delete('k1')
  expect((await outbox.all()).map(({ key }) => key)).toEqual(['k2'])
  await outbox.clear()
  expect(await outbox.all()).toEqual([])
})
