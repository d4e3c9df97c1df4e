import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Bus, Hint } from '../../src/buses/bus.ts'

/** Hints as they are heard, and a promise for the next one. */
function ear() {
  const heard: Hint[] = []
  let woken = () => {}
  return {
    heard,
    hear: (hint: Hint) => {
      heard.push(hint)
      woken()
    },
    /** Kept once a hint with this head was heard. */
    reached: async (head: number) => {
      while (!heard.some((hint) => hint.head >= head)) {
        await new Promise<void>((resolve) => {
          woken = resolve
        })
      }
    }
  }
}

/** What every bus keeps. `open` is called once for each test, and gives as many ends of one bus as it is asked for. */
export const busContract = (name: string, open: (ends: number) => Promise<Bus[]>) =>
  describe(`${name} bus`, () => {
    let near: Bus
    let far: Bus

    beforeEach(async () => {
      const [one, other] = (await open(2)) as [Bus, Bus]
      near = one
      far = other
    })
    afterEach(async () => {
      await near.close()
      await far.close()
    })

    test('a hint that is published after the subscription is heard, here and elsewhere', async () => {
      const here = ear()
      const there = ear()
      await near.subscribe(1, here.hear)
      await far.subscribe(1, there.hear)
      near.publish({ log: 1, head: 5 })
      await here.reached(5)
      await there.reached(5)
      expect(there.heard[0]).toMatchObject({ log: 1, head: 5 })
    })

    test('the hints of other logs are not heard', async () => {
      const one = ear()
      const two = ear()
      await far.subscribe(1, one.hear)
      await far.subscribe(2, two.hear)
      near.publish({ log: 2, head: 7 })
      near.publish({ log: 1, head: 3 })
      await one.reached(3)
      await two.reached(7)
      expect(one.heard.map(({ log }) => log)).toEqual([1])
      expect(two.heard.map(({ log }) => log)).toEqual([2])
    })

    test('who has stopped listening hears nothing more, others still do', async () => {
      const first = ear()
      const second = ear()
      const stop = await far.subscribe(1, first.hear)
      await far.subscribe(1, second.hear)
      stop()
      stop()
      near.publish({ log: 1, head: 1 })
      await second.reached(1)
      expect(first.heard).toEqual([])
    })

    test('one function may listen twice, and stop once', async () => {
      const twice = ear()
      const stop = await far.subscribe(1, twice.hear)
      await far.subscribe(1, twice.hear)
      stop()
      near.publish({ log: 1, head: 1 })
      await twice.reached(1)
      expect(twice.heard).toHaveLength(1)
    })

    test('publishing where nobody listens, or after the close, does nothing', async () => {
      near.publish({ log: 9, head: 1 })
      await near.close()
      expect(() => near.publish({ log: 9, head: 2 })).not.toThrow()
    })

    test('it is up', () => {
      expect(near.state).toBe('up')
    })
  })
