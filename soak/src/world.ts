import { setMaxListeners } from 'node:events'
import { setTimeout as after } from 'node:timers/promises'
import { ask } from '../../packages/server/test/processes/support/ask.ts'
import { hold } from './fault.ts'
import { Ledger } from './ledger.ts'
import type { SoakOptions } from './options.ts'
import type { Person } from './person.ts'
import { Room } from './room.ts'
import { Seen } from './seen.ts'

/** What everybody in a run shares. */
export class World {
  readonly seed: number
  readonly ledger = new Ledger()
  readonly seen = new Seen()
  readonly people: Person[] = []
  readonly rooms: Room[] = []
  /** Tokens and codes: no line of the server's log may hold one. */
  readonly secrets = new Set<string>()
  /** Where the server is now. */
  url: () => string = () => ''
  epoch = ''
  /** How long somebody thinks between two things, on average. */
  readonly paceMs: number
  readonly roomsMax = 10
  roomsMade = 0
  /** Streams of the client package that had not ended some time after they were told to. */
  unended = 0
  readonly #stopping = new AbortController()

  constructor({ seed, paceMs }: Pick<SoakOptions, 'seed' | 'paceMs'>) {
    setMaxListeners(0, this.#stopping.signal)
    this.seed = seed
    this.paceMs = paceMs
  }

  get isStopping(): boolean {
    return this.#stopping.signal.aborted
  }

  /** Nobody begins anything any more. */
  stop(): void {
    this.#stopping.abort()
  }

  /** Whose rights nobody takes: the oracle reads with them. */
  get owner(): Person {
    return this.people[0] as Person
  }

  /** A room that is there from the start, and who the server says it is. */
  async enter(name: string): Promise<void> {
    const { body } = await ask('GET', `${this.url()}/v1/rooms/${name}/events?after=now`, { token: this.owner.token })
    this.epoch = body.cursor.split('.')[0]
    this.rooms.push(new Room(name, 'public'))
  }

  /** Wait until it is so, for two minutes at most. */
  async until(isSo: () => boolean | Promise<boolean>, words: string): Promise<void> {
    for (const endMs = performance.now() + 120_000; !(await isSo()); await this.pause(20)) {
      hold(performance.now() < endMs, () => `${words}, for two minutes`)
    }
  }

  /** Wait for so many more answers to writes. */
  async untilWritten(count: number): Promise<void> {
    const enough = this.ledger.acknowledged + count
    await this.until(() => this.ledger.acknowledged >= enough, 'no write was acknowledged')
  }

  /** Wait until a stream has ended that was told to; one that does not is counted, and what it was to read is read anew. */
  async endOf(stream: Promise<void>): Promise<void> {
    let hasEnded = false
    const ended = stream.finally(() => {
      hasEnded = true
    })
    await Promise.race([ended, after(15_000, undefined, { ref: false })])
    if (!hasEnded) this.unended++
  }

  pause = (ms: number): Promise<void> => after(ms)

  /** So long, or until the world stops. */
  idle = (ms: number): Promise<void> => after(ms, undefined, { signal: this.#stopping.signal }).catch(() => {})
}
