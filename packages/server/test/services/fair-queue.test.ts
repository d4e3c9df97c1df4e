import { expect, test } from 'vitest'
import { FairQueue } from '../../src/services/fair-queue.ts'

/** Work that ends when it is told to, in the order in which it was begun; what was begun, and who was turned away. */
function opened(waitingMax: number, atOnce = 1) {
  const queue = new FairQueue({ atOnce, waitingMax, refusal: () => new Error('full') })
  const begun: string[] = []
  const refused: string[] = []
  const underWay: (() => void)[] = []
  const ask = async (...names: string[]) => {
    for (const name of names) {
      const [place = ''] = name
      const work = () => {
        begun.push(name)
        return new Promise<void>((end) => underWay.push(end))
      }
      queue.run(place, work).catch(() => refused.push(name))
      await settled()
    }
  }
  const end = async (count = 1) => {
    for (let n = 0; n < count; n++) {
      underWay.shift()?.()
      await settled()
    }
  }
  return { begun, refused, ask, end }
}
const settled = () => new Promise(setImmediate)

test('places have their turns one after the other, and at one place who came first', async () => {
  const { begun, ask, end } = opened(20)
  await ask('a1', 'a2', 'a3', 'a4', 'b1', 'b2', 'c1')
  await end(3)
  await ask('d1')
  await end(4)
  expect(begun).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'b2', 'd1', 'a4'])
})

test('so many are under way at once, also after all have gone', async () => {
  const { begun, ask, end } = opened(20, 2)
  await ask('a1', 'a2', 'a3')
  expect(begun).toEqual(['a1', 'a2'])
  await end(3)
  await ask('b1', 'b2', 'b3')
  expect(begun).toEqual(['a1', 'a2', 'a3', 'b1', 'b2'])
})

test('a place may use all the room there is, until others want some of it: who came last where most wait has to go', async () => {
  const { begun, refused, ask, end } = opened(4)
  await ask('a1', 'a2', 'a3', 'a4', 'a5', 'a6')
  expect(refused).toEqual(['a6'])
  await ask('b1', 'b2', 'b3', 'c1', 'd1')
  expect(refused).toEqual(['a6', 'a5', 'a4', 'b3', 'a3', 'b2'])
  await ask('e1', 'a7') // each place has one, and a new one would get no more
  expect(refused).toEqual(['a6', 'a5', 'a4', 'b3', 'a3', 'b2', 'e1', 'a7'])
  await end(9)
  expect(begun).toEqual(['a1', 'a2', 'b1', 'c1', 'd1'])
})

test('work that fails makes room for the next', async () => {
  const queue = new FairQueue({ atOnce: 1, waitingMax: 1, refusal: () => new Error('full') })
  const bad = queue.run('a', async () => {
    throw new Error('no memory')
  })
  const good = queue.run('a', async () => 'done')
  expect((await Promise.allSettled([bad, good])).map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
})
