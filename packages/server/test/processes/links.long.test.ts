import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { length } from '../support/test-length.ts'
import { ask } from './support/ask.ts'
import { DatabaseFolder } from './support/database-folder.ts'
import { randomFrom, seedOfThisRun } from './support/random.ts'

const kills = length({ short: 1, long: 20 })

test(`a code that several use while the server is killed signs one of them in at most (${kills} kills)`, {
  timeout: 10 * 60_000
}, async () => {
  const folder = await DatabaseFolder.make()
  const { token } = folder
  const seed = seedOfThisRun()
  console.log(`links.test seed ${seed}`)
  const random = randomFrom(seed)
  for (let n = 0; n < kills; n++) {
    const { code } = (await ask('POST', `${folder.url}/v1/links`, { token, json: {} })).body
    const redeem = () => ask('POST', `${folder.url}/v1/sessions`, { json: { code } })
    const racing = Array.from({ length: 5 }, () => redeem().catch(() => undefined)) // undefined: nobody knows
    await pause(random() * 10)
    await folder.kill()
    const answers = (await Promise.all(racing)).filter((answer) => answer !== undefined)
    await folder.start()
    const won = answers.filter(({ status }) => status === 201)
    expect(won.length).toBeLessThanOrEqual(1)
    const isSpent = answers.length > 0
    const later = [await redeem(), await redeem()]
    expect(later.map(({ status }) => status)).toEqual(isSpent ? [410, 410] : [expect.toBeOneOf([201, 410]), 410])
    for (const { body } of [...won, ...later.filter(({ status }) => status === 201)]) {
      const me = await ask('GET', `${folder.url}/v1/users/me`, { token: body.token })
      expect(me.body).toMatchObject({ name: 'ana' })
    }
  }
})
