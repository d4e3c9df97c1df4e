import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { length } from '../support/test-length.ts'
import { ask, register } from './support/ask.ts'
import { DatabaseFolder } from './support/database-folder.ts'
import { randomFrom, seedOfThisRun } from './support/random.ts'

const kills = length({ short: 1, long: 20 })

test(`of several who want the last use of an invite while the server is killed one gets in at most (${kills} kills)`, {
  timeout: 10 * 60_000
}, async () => {
  const folder = await DatabaseFolder.make()
  const { token } = folder
  const seed = seedOfThisRun()
  console.log(`invites.test seed ${seed}`)
  const random = randomFrom(seed)
  for (let n = 0; n < kills; n++) {
    const room = `ops${n}`
    await ask('POST', `${folder.url}/v1/rooms`, { token, json: { name: room, visibility: 'private' } })
    const { code } = (await ask('POST', `${folder.url}/v1/invites`, { token, json: { room } })).body
    const members = await Promise.all([0, 1].map((m) => register(folder.url, `luis${n}-${m}`)))
    const path = `${folder.url}/v1/rooms/${room}/members/me`
    const racing = [
      ...members.map((member) => ask('PUT', path, { token: member, json: { invite: code } })),
      ...[0, 1].map((m) => ask('POST', `${folder.url}/v1/users`, { json: { name: `marta${n}-${m}`, invite: code } }))
    ].map((asked) => asked.catch(() => undefined)) // undefined: nobody knows
    await pause(random() * 10)
    await folder.kill()
    const answers = (await Promise.all(racing)).filter((answer) => answer !== undefined)
    const won = answers.filter(({ status }) => status === 201)
    expect(won.length).toBeLessThanOrEqual(1)
    await folder.start()
    const inside = (await ask('GET', `${folder.url}/v1/rooms/${room}/members`, { token })).body.members.length - 1
    expect(inside).toBeLessThanOrEqual(1)
    expect(inside).toBeGreaterThanOrEqual(won.length)
    if (answers.length > 0) expect(inside).toBe(1)
    const later = await ask('POST', `${folder.url}/v1/users`, { json: { name: `pedro${n}`, invite: code } })
    expect([later.status, later.body.code]).toEqual(inside === 1 ? [410, 'invite-spent'] : [201, undefined])
  }
})
