import { EventEmitter } from 'node:events'
import type { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { Backlog } from '../../src/connections/backlog.ts'

const kib = 1024
/** Somebody at this machine, or at an address. */
const at = (who: string, address?: string) => ({ who, address })
const connection = () => Object.assign(new EventEmitter(), { destroyed: false }) as EventEmitter & Socket

test('what somebody makes it hold counts against them until it is let go, and against everybody', () => {
  const backlog = new Backlog({ each: 100 * kib, all: 150 * kib })
  const letGo = backlog.hold(at('ana'), 60 * kib, connection())
  expect(backlog.inTheWay(at('ana'), 40 * kib)).toBeUndefined()
  expect(backlog.inTheWay(at('ana'), 41 * kib)).toBe('each')
  expect(backlog.inTheWay(at('luis'), 91 * kib)).toBe('all')
  backlog.hold(at('luis'), 90 * kib, connection())
  expect([backlog.inTheWay(at('ana'), 20 * kib), backlog.inTheWay(at('marta'), 20 * kib)]).toEqual(['all', 'all'])
  letGo()
  letGo()
  expect(backlog.bytes).toBe(90 * kib)
  expect([backlog.inTheWay(at('ana'), 20 * kib), backlog.inTheWay(at('luis'), 20 * kib)]).toEqual([undefined, 'each'])
})

test('however many users an address has, they leave room for those at others', () => {
  const backlog = new Backlog({ each: 100 * kib, address: 150 * kib, all: 1_000 * kib })
  const letGo = backlog.hold(at('ana', '203.0.113.9'), 90 * kib, connection())
  backlog.hold(at('luis', '203.0.113.9'), 60 * kib, connection())
  expect(backlog.inTheWay(at('ana', '203.0.113.9'), 11 * kib)).toBe('each')
  expect(backlog.inTheWay(at('marta', '203.0.113.9'), kib)).toBe('address')
  expect(backlog.inTheWay(at('marta', '203.0.113.10'), 900 * kib)).toBe('all')
  expect(backlog.inTheWay(at('marta', '203.0.113.10'), 100 * kib)).toBeUndefined()
  expect(backlog.inTheWay(at('marta'), 100 * kib)).toBeUndefined()
  letGo()
  expect(backlog.inTheWay(at('marta', '203.0.113.9'), 90 * kib)).toBeUndefined()
})

test('where nothing is held there is room for anything', () => {
  const backlog = new Backlog({ each: 100 * kib, address: 100 * kib, all: 100 * kib })
  expect(backlog.inTheWay(at('ana', '203.0.113.9'), 900 * kib)).toBeUndefined()
  backlog.hold(at('ana', '203.0.113.9'), 900 * kib, connection())
  const asked = [at('ana', '203.0.113.9'), at('luis', '203.0.113.9'), at('luis')]
  expect(asked.map((holder) => backlog.inTheWay(holder, 1))).toEqual(['each', 'address', 'all'])
})

test('nothing outlives its connection', () => {
  const backlog = new Backlog()
  const [shared, other] = [connection(), connection()]
  const letGo = backlog.hold(at('ana'), 10 * kib, shared)
  backlog.hold(at('ana'), 20 * kib, shared)
  backlog.hold(at('luis'), 30 * kib, shared)
  backlog.hold(at('ana'), 40 * kib, other)
  shared.emit('close')
  letGo()
  expect(backlog.bytes).toBe(40 * kib)
  backlog.hold(at('ana'), 20 * kib, Object.assign(connection(), { destroyed: true }))
  expect(backlog.bytes).toBe(40 * kib)
})
