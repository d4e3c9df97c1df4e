import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { randomFrom, seedOfThisRun } from '../../../server/test/processes/support/random.ts'
import { ServerProcess } from '../../../server/test/processes/support/server-process.ts'
import { length } from '../../../server/test/support/test-length.ts'
import { ChatClient, ConnectionError, type Followed, type Pace } from '../../src/index.ts'
import { nodeHttp } from '../../src/transports/node-http.ts'
import { cuttingProxy } from '../support/cutting-proxy.ts'

const messages = length({ short: 300, long: 1_500 })

describe('on a line that is cut again and again', { timeout: 5 * 60_000 }, () => {
  let folder: string
  let server: ServerProcess
  let token: string
  let ana: ChatClient

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tertulia-cuts-'))
    server = await ServerProcess.start(join(folder, 'chat.db'))
    token = (await new ChatClient({ server: server.url }).users.register({ name: 'ana' })).token
    ana = new ChatClient({ server: server.url, token, transport: nodeHttp() })
  })
  afterAll(async () => {
    await server.end('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  })

  /** Write into rooms while they are followed; gives what was seen in each until its last message, and how often it was cut. */
  async function followed(rooms: string[], follow: (client: ChatClient, signal: AbortSignal) => AsyncIterable<Followed>) {
    const seed = seedOfThisRun()
    console.log(`SEED=${seed} repeats this run`)
    const random = randomFrom(seed)
    const proxy = await cuttingProxy(server.url, { random, bytesMax: length({ short: 4_000, long: 20_000 }) })
    const pace: Pace = { random, pause: () => nextTurn() }
    const until = new AbortController()
    const writing = Promise.all(rooms.flatMap((room) => Array.from({ length: 8 }, (_, writer) => write(room, writer))))
    const client = new ChatClient({ server: proxy.url, token, pace, transport: nodeHttp() })
    const seen = new Map<string, number[]>(rooms.map((room) => [room, []]))
    let heads: Map<string, number> | undefined
    const written = writing.then(async () => {
      heads = new Map((await ana.rooms.list()).rooms.map(({ name, head }) => [name, head]))
      await Promise.all(rooms.map((room) => ana.messages.post(room, { text: 'the end' })))
    })
    for await (const item of follow(client, until.signal)) {
      if (!('seq' in item)) continue
      seen.get(item.room)?.push(item.seq)
      if (heads && rooms.every((room) => (seen.get(room)?.at(-1) ?? 0) > (heads?.get(room) ?? Infinity))) until.abort()
    }
    await written
    return { seen, cuts: proxy.cuts() }
  }

  async function write(room: string, writer: number): Promise<void> {
    for (let at = writer; at < messages; at += 8) await ana.messages.post(room, { text: `message ${at}` })
  }

  const everyOne = (seqs: number[] = []) => seqs.map((_, at) => at + 1)

  test('a room comes whole: nothing lost, nothing doubled, in order', async () => {
    await ana.rooms.create({ name: 'one' })
    // The first connection has to come about.
    const { seen, cuts } = await followed(['one'], (client, signal) =>
      retryingFirst(() => client.follow('one', { after: '0', signal }))
    )
    expect(seen.get('one')).toEqual(everyOne(seen.get('one')))
    expect(seen.get('one')?.length).toBeGreaterThan(messages)
    expect(cuts).toBeGreaterThan(10)
  })

  test('and so do several rooms on one connection', async () => {
    const rooms = ['two', 'three', 'four']
    for (const name of rooms) await ana.rooms.create({ name })
    const after = Object.fromEntries(rooms.map((name) => [name, '0']))
    const { seen, cuts } = await followed(rooms, (client, signal) => retryingFirst(() => client.followRooms(after, { signal })))
    for (const name of rooms) {
      expect(seen.get(name)).toEqual(everyOne(seen.get(name)))
      expect(seen.get(name)?.length).toBeGreaterThan(messages)
    }
    expect(cuts).toBeGreaterThan(10)
  })
})

/** A first connection that fails is thrown, as it should be; here chance may cut it too. */
async function* retryingFirst(follow: () => AsyncIterable<Followed>): AsyncGenerator<Followed> {
  for (let begun = false; !begun; ) {
    try {
      for await (const item of follow()) {
        begun = true
        yield item
      }
      return
    } catch (error) {
      if (begun || !(error instanceof ConnectionError)) throw error
    }
  }
}
