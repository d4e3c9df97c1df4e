import { createServer } from 'node:net'
import { afterEach, expect, test, vi } from 'vitest'
import { ConnectionLimit } from '../../src/connections/connection-limit.ts'

afterEach(() => void vi.useRealTimers())

test('it is told at once that connections are refused, and then once a minute how many', () => {
  vi.useFakeTimers()
  const told: number[] = []
  const limit = new ConnectionLimit((refused) => told.push(refused))
  const server = createServer()
  limit.add(server)
  const refuse = (count: number) => {
    for (let n = 0; n < count; n++) server.emit('drop')
  }
  refuse(5)
  expect(told).toEqual([1])
  vi.advanceTimersByTime(59_999)
  refuse(2)
  expect(told).toEqual([1])
  vi.advanceTimersByTime(1)
  expect(told).toEqual([1, 6])
  vi.advanceTimersByTime(60_000)
  expect(told).toEqual([1, 6])
  refuse(1)
  expect(told).toEqual([1, 6, 1])
  expect(limit.refused).toBe(8)
})

test('servers that share the limit share what it allows; without one nobody is refused', () => {
  const limit = new ConnectionLimit(() => {})
  const servers = [createServer(), createServer()]
  for (const server of servers) limit.add(server)
  limit.set(Number.POSITIVE_INFINITY)
  expect(servers.map(({ maxConnections }) => maxConnections ?? 'all')).toEqual(['all', 'all'])
  limit.set(101)
  expect(servers.map(({ maxConnections }) => maxConnections)).toEqual([50, 50])
})
