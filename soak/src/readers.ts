import { ChatClient, ProblemError } from '@tertulia/client'
import type { LogEvent } from '@tertulia/protocol'
import { ownLogName } from '@tertulia/protocol/own-log'
import { CurlFollower } from '../../packages/server/test/processes/support/curl-follower.ts'
import { Follower } from '../../packages/server/test/processes/support/follower.ts'
import { randomFrom } from '../../packages/server/test/processes/support/random.ts'
import { hold } from './fault.ts'
import type { Person } from './person.ts'
import type { Room } from './room.ts'
import type { World } from './world.ts'

/** How far a log has come, by its name as a reader follows it. */
export type Heads = ReadonlyMap<string, number>

export interface Reader {
  readonly name: string
  /** Name of the person. */
  readonly who: string
  /** What it saw that must not be. */
  readonly fault: Error | undefined
  /** What it still waits for, once it is to finish. */
  readonly waitsFor: string
  /** Ends when the world stops; then reads on to these heads, and says in which rooms it may not. */
  finish(heads: (person: Person) => Promise<Heads>): Promise<readonly string[]>
  end(): void
}

/** Follows rooms with the client package: comes and goes, dawdles, loses its rights and gets them back. */
export class ClientReader implements Reader {
  readonly name: string
  readonly who: string
  readonly #world: World
  readonly #person: Person
  readonly #random: () => number
  /** The last event that came of each log; what was never opened begins at 0. */
  readonly #last = new Map<string, number>()
  /** Where it was refused. */
  readonly #lost = new Set<string>()
  fault: Error | undefined
  readonly #living: Promise<void>
  #session = new AbortController()
  #heads: Heads | undefined

  constructor(world: World, person: Person, n: number) {
    this.name = `reader ${n} of ${person.name}`
    this.who = person.name
    this.#world = world
    this.#person = person
    this.#random = randomFrom(world.seed + 1000 * n)
    this.#living = this.#live().catch((error) => {
      this.fault = error
    })
  }

  async finish(heads: (person: Person) => Promise<Heads>): Promise<readonly string[]> {
    this.#session.abort()
    await this.#world.endOf(this.#living)
    if (this.fault) throw this.fault
    this.#heads = await heads(this.#person)
    this.#lost.clear()
    while (this.#isBehind()) {
      const following = this.#follow(this.#logs(), false)
      await Promise.race([following, this.#allRead()])
      this.#session.abort()
      await this.#world.endOf(following)
    }
    return [...this.#lost]
  }

  async #allRead(): Promise<void> {
    while (this.#isBehind()) await this.#world.pause(20)
  }

  end(): void {
    this.#session.abort()
  }

  async #live(): Promise<void> {
    while (!this.#world.isStopping) {
      if (this.#random() < 0.3) this.#lost.clear()
      const [first, ...others] = this.#logs().sort(() => this.#random() - 0.5)
      if (first !== undefined) {
        const leaves = setTimeout(() => this.#session.abort(), 200 + this.#random() ** 3 * 60_000)
        await this.#follow(this.#random() < 0.5 ? [first] : [first, ...others], true)
        clearTimeout(leaves)
      }
      await this.#world.idle(this.#random() ** 2 * 3_000)
    }
  }

  #logs(): string[] {
    const rooms = this.#world.rooms.map(({ name }) => name)
    return [ownLogName, ...rooms].filter((log) => !this.#lost.has(log))
  }

  get waitsFor(): string {
    return this.#behind()
      .map(([log, head]) => `${log} ${this.#last.get(log) ?? 0} of ${head}`)
      .join(', ')
  }

  #behind = (): [log: string, head: number][] =>
    [...(this.#heads ?? [])].filter(([log, head]) => !this.#lost.has(log) && (this.#last.get(log) ?? 0) < head)

  #isBehind = (): boolean => this.#behind().length > 0

  /** One visit, until it leaves, is refused, or has all that it waits for. */
  async #follow(logs: readonly string[], dawdles: boolean): Promise<void> {
    this.#session = new AbortController()
    const { signal } = this.#session
    const { url, epoch, idle } = this.#world
    const client = new ChatClient({ server: url(), token: this.#person.token })
    const after = (log: string) => `${epoch}.${this.#last.get(log) ?? 0}`
    const [only] = logs
    const followed =
      logs.length === 1 && only !== undefined && only !== ownLogName
        ? client.follow(only, { after: after(only), signal, reached: true })
        : client.followRooms(Object.fromEntries(logs.map((log) => [log, after(log)])), { signal, reached: true })
    try {
      for await (const said of followed) {
        if ('seq' in said) this.#take(said)
        else if (said.type === 'disconnected' && dawdles && this.#random() < 0.2) return
        if (this.#heads && !this.#isBehind()) return
        if (dawdles && this.#random() < 0.0005) await idle(this.#random() * 15_000)
      }
    } catch (error) {
      if (!(error instanceof ProblemError) || ![403, 404].includes(error.status)) throw error
      const named = error.problem.errors?.map(({ pointer }) => pointer.slice(1)) ?? []
      for (const log of named.length > 0 ? named : logs) this.#lost.add(log)
    }
  }

  #take(event: LogEvent): void {
    const last = this.#last.get(event.room) ?? 0
    hold(event.seq === last + 1, () => `${this.name}: event ${event.seq} of ${event.room} came after ${last}`)
    this.#last.set(event.room, event.seq)
    this.#world.seen.add(event, this.#person.name)
  }
}

/** Follows one room over one face, as a program of anybody's would, with rights that nobody takes. */
export class FaceReader extends Follower implements Reader {
  readonly name: string
  readonly who: string
  readonly #room: string
  readonly #world: World
  readonly #person: Person

  constructor(world: World, person: Person, room: Room, face: 'sse' | 'ndjson' | 'json') {
    super(() => `${world.url()}/v1/rooms/${room.name}/events`, person.token, `${world.epoch}.0`, face)
    this.name = `reader over ${face}`
    this.who = person.name
    this.#room = room.name
    this.#world = world
    this.#person = person
  }

  get waitsFor(): string {
    return `what comes after ${this.last}`
  }

  protected override keep(event: LogEvent): void {
    this.#world.seen.add(event, '')
  }

  async finish(heads: (person: Person) => Promise<Heads>): Promise<readonly string[]> {
    await this.until((await heads(this.#person)).get(this.#room) as number)
    this.end()
    return []
  }
}

/** A program of its own, frozen for a while now and then. */
export class FrozenReader implements Reader {
  readonly name = 'frozen reader'
  readonly who: string
  readonly #world: World
  readonly #person: Person
  readonly #room: string
  readonly #curl: CurlFollower
  readonly #freezing: Promise<void>

  constructor(world: World, person: Person, room: Room) {
    this.who = person.name
    this.#world = world
    this.#person = person
    this.#room = room.name
    const url = `${world.url()}/v1/rooms/${room.name}/events`
    this.#curl = new CurlFollower([], url, person.token, `${world.epoch}.0`)
    this.#freezing = this.#freeze(randomFrom(world.seed + 1))
  }

  get fault(): Error | undefined {
    return this.#curl.fault
  }

  get waitsFor(): string {
    return `what comes after ${this.#curl.last}`
  }

  async finish(heads: (person: Person) => Promise<Heads>): Promise<readonly string[]> {
    await this.#freezing
    await this.#curl.until((await heads(this.#person)).get(this.#room) as number)
    this.#curl.end()
    return []
  }

  end(): void {
    this.#curl.end()
  }

  async #freeze(random: () => number): Promise<void> {
    while (!this.#world.isStopping) {
      await this.#world.idle(random() * 5_000)
      this.#curl.freeze()
      await this.#world.idle(random() ** 2 * 20_000)
      this.#curl.thaw()
    }
  }
}
