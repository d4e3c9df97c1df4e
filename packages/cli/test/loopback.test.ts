import { expect, test } from 'vitest'
import { isLoopback } from '../src/loopback.ts'

test.each([
  'http://localhost:1543',
  'http://127.0.0.1:1543',
  'https://127.1.2.3',
  'http://[::1]:1543',
  'http://0.0.0.0:1543',
  'http://[::]'
])('%s is reached by this computer alone', (server) => {
  expect(isLoopback(server)).toBe(true)
})

test.each(['http://203.0.113.9:1543', 'http://127.example.com', 'http://localhost.example.org', 'http://[2001:db8::1]'])(
  '%s may be reached by others',
  (server) => {
    expect(isLoopback(server)).toBe(false)
  }
)
