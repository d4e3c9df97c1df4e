import { describe, expect, onTestFinished, test } from 'vitest'
import { CarriedBus, type CarriedBusOptions } from '../../src/buses/carried-bus.ts'

/** What carries hints between nodes, and may fail. */
interface Engine {
  stop(): Promise<void>
  start(): Promise<void>
  freeze(): void
  thaw(): void
}

/** Two nodes on one bus, and what each has heard and how often it looked at the store. */
async function openEnds(options: CarriedBusOptions) {
  let woken = () => {}
  const open = async () => {
    const bus = await CarriedBus.open(options)
    onTestFinished(() => bus.close())
    const end = { bus, heard: [] as number[], looks: 0 }
    bus.onGapPossible(() => {
      end.looks++
      woken()
    })
    await bus.subscribe(1, ({ head }) => {
      end.heard.push(head)
      woken()
    })
    return end
  }
  const until = async (isSo: () => boolean) => {
    while (!isSo()) {
      await new Promise<void>((resolve) => {
        woken = resolve
      })
    }
  }
  return { near: await open(), far: await open(), until }
}

/** What every bus keeps that needs something between the nodes. @param dialOf  as for a chat of its own */
export const carriedContract = (name: string, engine: () => Engine, dialOf: () => CarriedBusOptions['dial']) =>
  describe(`the ${name} bus, when that fails`, () => {
    test('is degraded while it is down; what is published here is heard here; then everybody looks at the store', async () => {
      const states: string[] = []
      const { near, far, until } = await openEnds({ dial: dialOf(), pingMs: 50, tellState: (state) => states.push(state) })
      await engine().stop()
      await expect.poll(() => [near.bus.state, far.bus.state]).toEqual(['degraded', 'degraded'])
      near.bus.publish({ log: 1, head: 7 })
      expect(near.heard).toEqual([7])
      await engine().start()
      await until(() => near.looks > 0 && far.looks > 0)
      await expect.poll(() => [near.bus.state, far.bus.state]).toEqual(['up', 'up'])
      near.bus.publish({ log: 1, head: 8 })
      await until(() => far.heard.includes(8))
      expect(new Set(states)).toEqual(new Set(['degraded', 'up']))
    })

    test('whoever subscribes while it is down hears when it is up', async () => {
      const { near, far, until } = await openEnds({ dial: dialOf(), pingMs: 50 })
      await engine().stop()
      await expect.poll(() => far.bus.state).toBe('degraded')
      await far.bus.subscribe(2, ({ head }) => far.heard.push(head))
      await engine().start()
      await expect.poll(() => [near.bus.state, far.bus.state]).toEqual(['up', 'up'])
      await until(() => far.looks > 0)
      await expect
        .poll(() => {
          near.bus.publish({ log: 2, head: 9 })
          return far.heard
        })
        .toContain(9)
    })

    test('frozen it holds up nobody; thawed, what was lost is looked for', async () => {
      const { near, far, until } = await openEnds({ dial: dialOf(), pingMs: 50, patienceMs: 300 })
      engine().freeze()
      try {
        for (let head = 1; head <= 1_000; head++) near.bus.publish({ log: 1, head })
        expect(near.heard.at(-1)).toBe(1_000)
        await far.bus.subscribe(3, () => {}) // begins all the same
        await expect.poll(() => [near.bus.state, far.bus.state]).toEqual(['degraded', 'degraded'])
      } finally {
        engine().thaw()
      }
      await until(() => near.looks > 0 && far.looks > 0)
      await expect
        .poll(() => {
          near.bus.publish({ log: 1, head: 2_000 })
          return far.heard.at(-1)
        })
        .toBe(2_000)
    })

    test('what cannot leave in time is dropped, and the other nodes look at the store', async () => {
      const { near, far, until } = await openEnds({ dial: dialOf(), queuedBytesMax: 1_000 })
      const before = far.looks
      for (let head = 1; head <= 100; head++) near.bus.publish({ log: 1, head })
      await until(() => far.looks > before)
      expect(far.heard.length).toBeLessThan(100)
      expect(near.bus.state).toBe('up')
    })
  })
