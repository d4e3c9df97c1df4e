import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LogEvent, Message } from '@tertulia/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { length } from '../support/test-length.ts'
import { ask, register } from './support/ask.ts'
import { CutReader, type EventFormat } from './support/cut-reader.ts'
import { randomFrom, seedOfThisRun } from './support/random.ts'
import { ServerProcess } from './support/server-process.ts'

const formats: EventFormat[] = ['sse', 'ndjson', 'json']
const writes = length({ short: 300, long: 1_500 })

describe('the three formats of the log', { timeout: 5 * 60_000 }, () => {
  const seed = seedOfThisRun()
  const random = randomFrom(seed)
  let folder: string
  let server: ServerProcess
  let token: string
  let start: string
  const room = () => `${server.url}/v1/rooms/general`

  beforeAll(async () => {
    console.log(`formats.test seed ${seed}`)
    folder = mkdtempSync(join(tmpdir(), 'tertulia-formats-'))
    server = await ServerProcess.start(join(folder, 'chat.db'))
    token = await register(server.url, 'ana')
    start = (await ask('GET', `${room()}/events`, { token })).body.cursor
  })
  afterAll(async () => {
    await server.end('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  })

  /** One send, edit or deletion of what is there so far. */
  async function write(ids: number[]): Promise<void> {
    const id = ids[Math.floor(random() * ids.length)]
    const json = { text: texts[Math.floor(random() * texts.length)] }
    const act = random()
    if (id === undefined || act < 0.7) ids.push((await ask('POST', `${room()}/messages`, { token, json })).body.id)
    else if (act < 0.9) await ask('PUT', `${room()}/messages/${id}`, { token, json })
    else await ask('DELETE', `${room()}/messages/${id}`, { token })
  }

  test('show the same events after the same cursor, whatever cuts their connections', async () => {
    const reader = (format: EventFormat) => new CutReader(`${room()}/events`, token, format, start, random)
    const early = formats.flatMap((format) => [reader(format), reader(format)])
    const ids: number[] = []
    let left = writes
    const writer = async () => {
      while (left-- > 0) await write(ids)
    }
    await Promise.all([...early.map((each) => each.until(writes / 2)), ...Array.from({ length: 8 }, writer)])
    const head = Number((await ask('GET', `${room()}/events`, { token })).body.cursor.split('.')[1])
    const late = formats.map(reader)
    await Promise.all([...early, ...late].map((each) => each.until(head)))

    const log = late[0]?.events as LogEvent[]
    for (const { events } of late) expect(events).toEqual(log)
    for (const { events, cuts } of early) {
      expect(cuts).toBeGreaterThan(0)
      // A message was shown as it was then; what was seen of it last is how it is now.
      expect(events.map(withoutMessage)).toEqual(log.map(withoutMessage))
      expect(latest(events)).toEqual(latest(log))
    }
  })
})

const texts = ['hi', '¿qué tal?\n\ndata: not an event\n\n', '👩‍👩‍👧 '.repeat(300), '\u2028\u0085 lines\r\n', 'x'.repeat(4_000)]

const withoutMessage = (event: LogEvent) => ({ ...event, message: undefined })

/** Each message in the state with the highest `rev`. */
function latest(events: readonly LogEvent[]): Map<number, Message> {
  const messages = new Map<number, Message>()
  for (const event of events) {
    if ('message' in event && event.message.rev >= (messages.get(event.message.id)?.rev ?? 0)) {
      messages.set(event.message.id, event.message)
    }
  }
  return messages
}
