import { expect, test } from 'vitest'
import { RequestTurns } from '../../src/connections/request-turns.ts'

/** Longer than a turn has time. */
const holdUp = () => {
  for (const until = performance.now() + 3; performance.now() < until; );
}

/** Adds all in one go, with others who take every turn that they get; resolves when all have been carried out. */
async function happenedOf(items: readonly string[], carryOut: (item: string) => void | Promise<void>): Promise<string[]> {
  const turns = new RequestTurns()
  const happened: string[] = []
  let left = items.length
  for (const item of items) {
    turns.add(() => {
      void Promise.resolve(carryOut(item)).then(() => {
        happened.push(item)
        left--
      })
    })
  }
  while (left > 0) {
    await new Promise(setImmediate)
    happened.push('others')
  }
  return happened
}

test('what takes long leaves a turn to others before the next one begins', async () => {
  const happened = await happenedOf(['a', 'b', 'c', 'd'], holdUp)
  // The first two: as they come, and at the end of that turn; a process that was made to wait may have no time left for the first.
  expect(happened.join(' ')).toMatch(/^a( others)? b( others)+ c( others)+ d\b/)
})

test('what follows at once on promises that are kept counts too', async () => {
  const happened = await happenedOf(['a', 'b', 'c', 'd'], async (item) => {
    if (item === 'a') return holdUp() // so that the others wait
    await Promise.resolve() // a store that answers at once
    await Promise.resolve()
    holdUp()
  })
  // The first two: as they come, and at the end of that turn; a process that was made to wait may have no time left for the first.
  expect(happened.join(' ')).toMatch(/^a( others)? b( others)+ c( others)+ d\b/)
})

test('what comes while others wait begins behind them', async () => {
  const turns = new RequestTurns()
  const begun: string[] = []
  await new Promise<void>((resolve) => {
    turns.add(() => {
      begun.push('a')
      holdUp()
    })
    turns.add(() => {
      begun.push('b')
      turns.add(() => {
        begun.push('d')
        resolve()
      })
    })
    turns.add(() => begun.push('c'))
  })
  expect(begun).toEqual(['a', 'b', 'c', 'd'])
})

test('where there is time, all begin at once', () => {
  const turns = new RequestTurns(60_000)
  const begun: string[] = []
  for (const item of ['a', 'b', 'c']) turns.add(() => begun.push(item))
  expect(begun).toEqual(['a', 'b', 'c'])
})
