import type { LogEvent } from '@tertulia/protocol'
import { expect, test } from 'vitest'
import type { Hint } from '../../src/buses/bus.ts'
import { LocalBus } from '../../src/buses/local.ts'
import { Announcer } from '../../src/services/announcer.ts'

const base = { room: 'ops', at: '2026-11-23T10:00:00.000Z', actor: 'ana' }
const member = (name: string) => ({ name, kind: 'person', role: 'member' }) as const

async function announced(events: LogEvent[]) {
  const bus = new LocalBus()
  const hints: Hint[] = []
  const told: string[] = []
  await bus.subscribe(7, (hint) => hints.push(hint))
  new Announcer({ bus, tell: (happening) => told.push(happening) }).announce({ log: 7, events })
  return { hints, told }
}

test('the bus hears how far the log has come, with the events', async () => {
  const events: LogEvent[] = [
    { seq: 4, type: 'member.joined', ...base, member: member('ana') },
    { seq: 5, type: 'member.left', ...base, member: member('ana'), reason: 'left' }
  ]
  const { hints, told } = await announced(events)
  expect(hints).toEqual([{ log: 7, head: 5, events }])
  expect(told).toEqual(['ana joined ops', 'ana left ops'])
})

test('where nothing was added nobody hears anything', async () => {
  expect(await announced([])).toEqual({ hints: [], told: [] })
})

test('what others did to a member names both', async () => {
  const { told } = await announced([
    { seq: 1, type: 'member.joined', ...base, member: member('luis') },
    { seq: 2, type: 'member.left', ...base, member: member('luis'), reason: 'removed' },
    { seq: 3, type: 'member.left', ...base, actor: null, member: member('luis'), reason: 'banned' }
  ])
  expect(told).toEqual(['ana added luis to ops', 'ana removed luis from ops', 'the server banned luis from ops'])
})
