import { expect, test } from 'vitest'
import { enginePlace } from '../src/engine-place.ts'

test.each([
  ['postgres://chat:s3cr3t@db.example.org/chat?sslmode=verify-full', 'PostgreSQL at db.example.org:5432'],
  ['postgresql://chat@[2001:db8::1]:6543/chat', 'PostgreSQL at [2001:db8::1]:6543'],
  ['postgres:///chat?host=/var/run/postgresql&password=s3cr3t', 'PostgreSQL at /var/run/postgresql'],
  ['postgres:///chat', 'PostgreSQL at localhost:5432'],
  ['nats://chat:s3cr3t@a.example.org,tls://s3cr3t@b.example.org:4333', 'NATS at a.example.org:4222, b.example.org:4333']
])('%s is shown as %s', (url, shown) => {
  expect(enginePlace(url)).toBe(shown)
})
