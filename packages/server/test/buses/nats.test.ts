import type { LogEvent } from '@tertulia/protocol'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { Hint } from '../../src/buses/bus.ts'
import { CarriedBus } from '../../src/buses/carried-bus.ts'
import { dialNats } from '../../src/buses/nats/nats.ts'
import { NatsEngine, noNats } from '../support/nats-engine.ts'
import { busContract } from './bus-contract.ts'
import { carriedContract } from './carried-contract.ts'

describe.skipIf(noNats)(`over NATS${noNats ? ` (${noNats})` : ''}`, () => {
  let engine: NatsEngine
  let chats = 0
  beforeAll(async () => {
    engine = await NatsEngine.start()
  })
  afterAll(() => engine.stop())

  const dialAs = (chat: string, url = engine.url) => dialNats.bind(undefined, { url, chat })
  const dialOf = () => dialAs(`chat${++chats}`)
  const openAll = (ends: number, dial = dialOf()) => Promise.all(Array.from({ length: ends }, () => CarriedBus.open({ dial })))

  busContract('NATS', (ends) => openAll(ends))
  carriedContract('NATS', () => engine, dialOf)

  /** What the other of two nodes hears of these hints of log 1. */
  async function heardOf(hints: readonly Hint[]): Promise<Hint[]> {
    const [near, far] = (await openAll(2)) as [CarriedBus, CarriedBus]
    onTestFinished(async () => void (await Promise.all([near.close(), far.close()])))
    const heard: Hint[] = []
    const all = new Promise<void>((resolve) => {
      void far.subscribe(1, (hint) => heard.push(hint) === hints.length && resolve())
    })
    await far.subscribe(2, () => {})
    for (const hint of hints) near.publish(hint)
    await all
    return heard
  }

  test('a hint brings its events along, as they are, and none that are too large', async () => {
    const event = (seq: number, text: string) => ({ seq, type: 'message.created', message: { id: seq, text } }) as LogEvent
    const small = { log: 1, head: 1, events: [event(1, 'ñ \u0000 😀 \ud800')] }
    const large = { log: 1, head: 40, events: Array.from({ length: 39 }, (_, index) => event(index + 2, 'x'.repeat(4_000))) }
    expect(await heardOf([small, large])).toEqual([small, { log: 1, head: 40 }])
  })

  test('several chats on one NATS hear nothing of one another', async () => {
    const [near, far] = (await openAll(2)) as [CarriedBus, CarriedBus]
    const [other] = (await openAll(1)) as [CarriedBus]
    onTestFinished(async () => void (await Promise.all([near, far, other].map((bus) => bus.close()))))
    const heard: Hint[] = []
    await other.subscribe(1, (hint) => heard.push(hint))
    const arrived = new Promise((resolve) => void far.subscribe(1, resolve))
    await far.subscribe(2, () => {})
    near.publish({ log: 1, head: 1 })
    await arrived
    await other.subscribe(2, () => {}) // what was sent to it before is there now
    expect(heard).toEqual([])
  })

  test.each([
    ['a name and a password', ['--user', 'chat', '--pass', 'a:b/c'], 'chat:a%3Ab%2Fc@'],
    ['a token', ['--auth', 's3cr3t'], 's3cr3t@']
  ])('it signs in with %s, and is refused without', async (_what, args, credentials) => {
    const guarded = await NatsEngine.start(args)
    onTestFinished(() => guarded.stop())
    await expect(CarriedBus.open({ dial: dialAs('guarded', guarded.url) })).rejects.toThrow(/authoriz/i)
    const bus = await CarriedBus.open({ dial: dialAs('guarded', guarded.url.replace('//', `//${credentials}`)) })
    expect(bus.state).toBe('up')
    await bus.close()
  })
})
