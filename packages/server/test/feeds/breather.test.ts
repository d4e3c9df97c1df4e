import { expect, test } from 'vitest'
import { Breather } from '../../src/feeds/breather.ts'

test('it is time to rest when the budget is used up, and others have a turn then', async () => {
  let others = 0
  const breather = new Breather(1)
  expect(new Breather(60_000).isDue).toBe(false)
  setImmediate(() => others++)
  while (!breather.isDue);
  await breather.rest()
  expect(others).toBe(1)
  expect(new Breather(0).isDue).toBe(true)
})
