import type { LogEvent } from '@tertulia/protocol'
import { expect, onTestFinished, test, vi } from 'vitest'
import { LocalBus } from '../../src/buses/local.ts'
import { LogTail } from '../../src/feeds/log-tail.ts'
import { storeWithPeople } from './people.ts'

const opened = storeWithPeople()
let rooms = 0

/** The tail of a new room, in which ana has said so many things since; every event of that, and how often events were read. */
async function openTail(texts: number, holdMs: number) {
  const { store, people } = opened
  const room = `held-${++rooms}`
  const ana = { actor: people.ana.id, atMs: 0 }
  const [created] = await store.commit([{ kind: 'create-room', ...ana, name: room, title: '', visibility: 'public' }])
  if (created.refused) throw new Error(created.refused.code)
  const { log } = created
  const bus = new LocalBus()
  const given: number[] = []
  let woken = () => {}
  let reads = 0
  const events: typeof store.events = (...asked) => {
    reads++
    return store.events(...asked)
  }
  const onEvent = ({ seq }: LogEvent) => {
    given.push(seq)
    woken()
  }
  const page = { limit: 100, bytes: 1_000_000 }
  const options = { store: { events, extents: store.extents.bind(store) }, bus, page, holdMs, onError: console.error }
  const tail = new LogTail(log, options, { onBegin: () => {}, onEvent })
  onTestFinished(() => tail.close())
  await tail.opened
  const said: LogEvent[] = []
  for (let count = 0; count < texts; count++) {
    const [sent] = await store.commit([{ kind: 'send', ...ana, room, text: `number ${count}` }])
    if (sent.refused) throw new Error(sent.refused.code)
    said.push(...sent.events)
  }
  return {
    tail,
    given,
    said,
    reads: () => reads,
    /** The hint of what was said as this one. */
    hear: (index: number, withEvents = true) => {
      const event = said[index] as LogEvent
      bus.publish({ log, head: event.seq, events: withEvents ? [event] : undefined })
    },
    all: async () => {
      while (given.length < texts) {
        await new Promise<void>((resolve) => {
          woken = resolve
        })
      }
    }
  }
}

const longer = 60_000

test('events that have overtaken others wait for them, and nothing is read', async () => {
  const { given, said, reads, hear } = await openTail(6, longer)
  for (const index of [3, 1, 2, 1, 5]) hear(index)
  expect(given).toEqual([])
  hear(0)
  hear(4)
  expect(given).toEqual(said.map(({ seq }) => seq))
  expect(reads()).toBe(0)
})

test('what does not come in time is read, once for all that wait', async () => {
  const { given, said, reads, hear, all } = await openTail(6, 1)
  for (const index of [3, 2, 5]) hear(index)
  await all()
  expect(given).toEqual(said.map(({ seq }) => seq))
  expect(reads()).toBe(1)
})

test('a hint without its events is read at once, with what waits', async () => {
  const { given, said, reads, hear, all } = await openTail(4, longer)
  hear(2)
  hear(3, false)
  await all()
  expect(given).toEqual(said.map(({ seq }) => seq))
  expect(reads()).toBe(1)
})

test('of many that have overtaken one, so many are held, and then it is read', async () => {
  const { given, said, hear, all } = await openTail(300, longer)
  for (let index = said.length - 1; index > 0; index--) hear(index)
  await all()
  expect(given).toEqual(said.map(({ seq }) => seq))
})

test('what overtakes others while the tail is being closed waits for nothing any more', async () => {
  const { tail, hear } = await openTail(2, longer)
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const closed = tail.close()
  hear(1)
  await closed
  expect(vi.getTimerCount()).toBe(0)
})
