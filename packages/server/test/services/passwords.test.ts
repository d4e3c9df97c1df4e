import { expect, test } from 'vitest'
import { type Derive, Passwords } from '../../src/services/passwords.ts'

const cost = { cost: 2, blockSize: 1, parallelization: 1 }

/** Counts what is made, and makes it only when it is told to. */
function counted() {
  const made: string[] = []
  const waiting: (() => void)[] = []
  const derive: Derive = async (password) => {
    made.push(password)
    await new Promise<void>((resolve) => waiting.push(resolve))
    return Buffer.from(password.padEnd(32).slice(0, 32))
  }
  return { derive, made, finish: () => waiting.shift()?.() }
}
const here = '203.0.113.9'
const turn = () => new Promise(setImmediate)

test('a password is kept with a salt of its own and with how it was made, and only it is right', async () => {
  const passwords = new Passwords({ cost })
  const [one, two] = [await passwords.toStored('correct horse', here), await passwords.toStored('correct horse', here)]
  expect(one).toMatchObject(cost)
  expect(Buffer.from(one.hash)).not.toEqual(Buffer.from(two.hash))
  expect(await passwords.isRight('correct horse', one, here)).toBe(true)
  expect(await passwords.isRight('correct horses', one, here)).toBe(false)
})

test('it is the same however a keyboard puts its letters together', async () => {
  const passwords = new Passwords({ cost })
  const stored = await passwords.toStored('contrase\u00f1a', here)
  expect(await passwords.isRight('contrasen\u0303a', stored, here)).toBe(true)
  expect(await passwords.isRight('contrasena', stored, here)).toBe(false)
})

test('what was made with other parameters is still right, and known as outdated', async () => {
  const stored = await new Passwords({ cost }).toStored('correct horse', here)
  const passwords = new Passwords({ cost: { ...cost, cost: 4 } })
  expect(await passwords.isRight('correct horse', stored, here)).toBe(true)
  expect(passwords.isOutdated(stored)).toBe(true)
  expect(passwords.isOutdated(await passwords.toStored('correct horse', here))).toBe(false)
})

test('where there is no password nothing is right, and the same is made', async () => {
  const costs: object[] = []
  const passwords = new Passwords({
    cost,
    derive: async (_password, _salt, cost) => {
      costs.push(cost)
      return new Uint8Array(32)
    }
  })
  const stored = await passwords.toStored('correct horse', here)
  for (const known of [stored, null, undefined]) await passwords.isRight('guess', known, here)
  expect(costs).toEqual([cost, cost, cost, cost])
  expect(await passwords.isRight('correct horse', undefined, here)).toBe(false)
})

test('so many are made at once; others wait, and when too many do they are turned away', async () => {
  const { derive, made, finish } = counted()
  const passwords = new Passwords({ cost, derive, atOnce: 2, waitingMax: 1 })
  const under = ['one', 'two', 'three'].map((word) => passwords.toStored(word, here))
  await turn()
  expect(made).toEqual(['one', 'two'])
  await expect(passwords.toStored('four', here)).rejects.toMatchObject({ code: 'busy', facts: { retryAfterSeconds: 5 } })
  finish()
  await under[0]
  await turn()
  expect(made).toEqual(['one', 'two', 'three'])
  finish()
  finish()
  await Promise.all(under)
  const last = passwords.toStored('five', here)
  await turn()
  expect(made).toEqual(['one', 'two', 'three', 'five'])
  finish()
  await last
})

test('one that cannot be made makes room for the next', async () => {
  const passwords = new Passwords({
    cost,
    atOnce: 1,
    derive: async (password) => {
      if (password === 'bad') throw new Error('no memory')
      return new Uint8Array(32)
    }
  })
  const [bad, good] = await Promise.allSettled([passwords.toStored('bad', here), passwords.toStored('good', here)])
  expect([bad.status, good.status]).toEqual(['rejected', 'fulfilled'])
})
