import { expect, test } from 'vitest'
import { Turns } from '../../src/feeds/turns.ts'

test('what waits runs in order, and others have their turn in between', async () => {
  const happened: string[] = []
  await new Promise<void>((resolve) => {
    const turns = new Turns<string>((item) => {
      happened.push(item)
      if (item === 'c') resolve()
    }, -1) // no time at all: one in each turn
    for (const item of ['a', 'b', 'c']) turns.add(item)
    setImmediate(() => {
      happened.push('somebody else')
      setImmediate(() => happened.push('somebody else'))
    })
  })
  expect(happened).toEqual(['a', 'somebody else', 'b', 'somebody else', 'c'])
})

test('what is added while others run waits for its place', async () => {
  const happened: number[] = []
  await new Promise<void>((resolve) => {
    const turns = new Turns<number>((item) => {
      happened.push(item)
      if (item < 5) turns.add(item + 5)
      if (item === 9) resolve()
    })
    for (let item = 0; item < 5; item++) turns.add(item)
  })
  expect(happened).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
})

test('what a call still does at once after it has returned counts too', async () => {
  const happened: string[] = []
  const work = async (item: string) => {
    await Promise.resolve() // a store that answers at once
    await Promise.resolve()
    for (const until = performance.now() + 3; performance.now() < until; );
    happened.push(item)
  }
  await new Promise<void>((resolve) => {
    const turns = new Turns<string>(async (item) => {
      await work(item)
      if (item === 'c') resolve()
    })
    for (const item of ['a', 'b', 'c']) turns.add(item)
    setImmediate(() => {
      happened.push('somebody else')
      setImmediate(() => happened.push('somebody else'))
    })
  })
  expect(happened).toEqual(['a', 'somebody else', 'b', 'somebody else', 'c'])
})

test('what waits for something outside is not waited for', async () => {
  const begun: string[] = []
  await new Promise<void>((resolve) => {
    const turns = new Turns<string>((item) => {
      begun.push(item)
      if (item === 'b') resolve()
      return new Promise(() => {})
    })
    for (const item of ['a', 'b']) turns.add(item)
  })
  expect(begun).toEqual(['a', 'b'])
})
