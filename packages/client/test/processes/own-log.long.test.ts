import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { LogEvent } from '@tertulia/protocol'
import { expect, onTestFinished, test } from 'vitest'
import { ServerProcess } from '../../../server/test/processes/support/server-process.ts'
import { length } from '../../../server/test/support/test-length.ts'
import { ChatClient } from '../../src/index.ts'
import { nodeHttp } from '../../src/transports/node-http.ts'

const kills = length({ short: 2, long: 10 })
const marksEach = 20

test(`another device hears of every marker, in order, through ${kills} kills of the server`, {
  timeout: 10 * 60_000
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tertulia-own-log-'))
  let server = await ServerProcess.start(join(folder, 'chat.db'))
  const { port } = server
  onTestFinished(async () => {
    await server.end('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  })
  const signedIn = async (name: string) => {
    const { token } = await new ChatClient({ server: server.url, transport: nodeHttp() }).users.register({ name })
    return new ChatClient({ server: server.url, token, transport: nodeHttp() })
  }
  const [ana, luis] = [await signedIn('ana'), await signedIn('luis')]
  await luis.members.put('general', 'me')
  const { id: first } = await ana.messages.post('general', { text: 'hi' })
  for (let n = 1; n < kills * marksEach; n++) await ana.messages.post('general', { text: 'hi' })

  const until = new AbortController()
  onTestFinished(() => until.abort())
  const heard: LogEvent[] = []
  const followed = (async () => {
    for await (const item of luis.followRooms({ general: 'now', '@me': '0' }, { signal: until.signal })) {
      if (!('seq' in item) || item.room !== '@me') continue
      heard.push(item)
      if (item.type === 'marker.moved' && item.marker.readUpTo === first + kills * marksEach - 1) return
    }
  })()

  for (let marked = first; marked < first + kills * marksEach; ) {
    for (const end = marked + marksEach; marked < end; marked++) await luis.readMarkers.put('general', marked)
    // The next one is under way as the server dies. Whatever became of it, it is sent again, and told once.
    const dying = luis.readMarkers.put('general', marked).catch(() => {})
    await server.end('SIGKILL')
    await pause(10)
    server = await ServerProcess.start(join(folder, 'chat.db'), { port })
    await dying
  }
  await followed
  expect(heard.map(({ seq }) => seq)).toEqual(heard.map((_, n) => n + 1))
  expect(heard[0]).toMatchObject({ type: 'membership.joined', membership: { room: 'general', role: 'member' } })
  expect(heard.slice(1).map((event) => 'marker' in event && event.marker.readUpTo)).toEqual(
    Array.from({ length: kills * marksEach }, (_, n) => first + n)
  )
})
