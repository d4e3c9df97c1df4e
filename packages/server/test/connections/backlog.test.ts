import { EventEmitter } from 'node:events'
import type { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { Backlog } from '../../src/connections/backlog.ts'

const kib = 1024
const connection = () => Object.assign(new EventEmitter(), { destroyed: false }) as EventEmitter & Socket

test('what somebody makes it hold counts against them until it is let go, and against everybody', () => {
  const backlog = new Backlog({ each: 100 * kib, all: 150 * kib })
  const letGo = backlog.hold('ana', 60 * kib, connection())
  expect(backlog.inTheWay('ana', 40 * kib)).toBeUndefined()
  expect(backlog.inTheWay('ana', 41 * kib)).toBe('each')
  expect(backlog.inTheWay('luis', 91 * kib)).toBe('all')
  backlog.hold('luis', 90 * kib, connection())
  expect([backlog.inTheWay('ana', 20 * kib), backlog.inTheWay('marta', 20 * kib)]).toEqual(['all', 'all'])
  letGo()
  letGo()
  expect(backlog.bytes).toBe(90 * kib)
  expect([backlog.inTheWay('ana', 20 * kib), backlog.inTheWay('luis', 20 * kib)]).toEqual([undefined, 'each'])
})

test('where nothing is held there is room for anything', () => {
  const backlog = new Backlog({ each: 100 * kib, all: 100 * kib })
  expect(backlog.inTheWay('ana', 900 * kib)).toBeUndefined()
  backlog.hold('ana', 900 * kib, connection())
  expect([backlog.inTheWay('ana', 1), backlog.inTheWay('luis', 1)]).toEqual(['each', 'all'])
})

test('nothing outlives its connection', () => {
  const backlog = new Backlog()
  const [shared, other] = [connection(), connection()]
  const letGo = backlog.hold('ana', 10 * kib, shared)
  backlog.hold('ana', 20 * kib, shared)
  backlog.hold('luis', 30 * kib, shared)
  backlog.hold('ana', 40 * kib, other)
  shared.emit('close')
  letGo()
  expect(backlog.bytes).toBe(40 * kib)
  backlog.hold('ana', 20 * kib, Object.assign(connection(), { destroyed: true }))
  expect(backlog.bytes).toBe(40 * kib)
})
