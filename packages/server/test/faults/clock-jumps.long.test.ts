import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { ask } from '../processes/support/ask.ts'
import { Follower } from '../processes/support/follower.ts'
import { temporaryFolder } from '../processes/support/silent-server.ts'
import { Witness } from './support/witness.ts'

const hourMs = 60 * 60_000

test('a clock that jumps an hour on and back changes no order, ends no stream, loses and doubles nothing', {
  timeout: 5 * 60_000
}, async () => {
  const folder = temporaryFolder()
  const offset = join(folder, 'offset')
  const jump = (hours: number) => writeFileSync(offset, `${hours * hourMs}`)
  jump(0)
  const clock = `import { readFileSync } from 'node:fs'
    const { now } = Date
    Date.now = () => now() + Number(readFileSync(${JSON.stringify(offset)}, 'utf8'))`
  const under = ['env', `NODE_OPTIONS=--import=data:text/javascript,${encodeURIComponent(clock)}`]
  const witness = await Witness.start(join(folder, 'chat.db'), under)
  const { body: room } = await witness.get('/v1/rooms/general/events?after=0')
  const follower = new Follower(() => `${witness.url}/v1/rooms/general/events`, witness.token, room.cursor)
  onTestFinished(() => follower.end())
  await follower.until('ready')

  const expiresAt = new Date(Date.now() + hourMs / 2).toISOString()
  const { body: short } = await witness.post('/v1/tokens', { name: 'half an hour', scope: 'read', rooms: null, expiresAt })
  const asked = async () => (await ask('GET', `${witness.url}/v1/users/me`, { token: short.token })).status
  const times: number[] = []
  for (const [n, hours] of [0, 1, -1, 0].entries()) {
    jump(hours)
    const sent = await witness.send(10, n)
    expect(sent.status).toBe(201)
    times.push(Date.parse(sent.body.createdAt))
    const repeated = await witness.send(10, 0)
    expect([repeated.status, repeated.body.createdAt]).toEqual([201, new Date(times[0] as number).toISOString()])
    expect(await asked()).toBe(hours === 1 ? 401 : 200)
    await follower.until(sent.body.id)
  }
  const [now = 0, later = 0, earlier = 0] = times
  expect(later - now).toBeGreaterThan(hourMs / 2) // they tell what the clock said
  expect(now - earlier).toBeGreaterThan(hourMs / 2)
  const { body: history } = await witness.get('/v1/rooms/general/messages')
  expect(history.messages.map(({ text }: { text: string }) => text.trim().slice(0, 6))).toEqual(
    [0, 1, 2, 3].map((n) => `text ${n}`)
  )
  expect(follower.notes.filter((note) => note !== 'synced')).toEqual(['ready']) // it connected once

  jump(-1)
  await witness.kill()
  await witness.start()
  expect((await witness.send()).status).toBe(201)
  await follower.until((await witness.log()).length)
  await witness.expectKeptByRestart()
})
