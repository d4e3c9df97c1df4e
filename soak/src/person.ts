import type { Question } from '../../packages/server/test/processes/support/ask.ts'
import { randomFrom } from '../../packages/server/test/processes/support/random.ts'
import { type AttemptOptions, attempt, type Outcome } from './attempt.ts'
import { hold } from './fault.ts'
import { Room, type Standing } from './room.ts'
import type { World } from './world.ts'

/** Somebody who talks, and changes what they said, and who may do what; most of it may be refused to them. */
export class Person {
  readonly name: string
  readonly random: () => number
  readonly #world: World
  token = ''
  #said = 0

  constructor(world: World, name: string) {
    this.#world = world
    this.name = name
    this.random = randomFrom(world.seed + [...name].reduce((sum, letter) => sum * 31 + (letter.codePointAt(0) as number), 7))
  }

  async register(): Promise<void> {
    const { kind, answer } = await this.#attempt('POST', '/v1/users', { json: { name: this.name } }, true)
    hold(kind === 'acknowledged', () => `${this.name} was not registered: ${answer?.body.detail}`)
    this.token = answer.body.token
    this.#world.secrets.add(this.token)
  }

  /** Does one thing after the other until the world stops. */
  async live(): Promise<void> {
    while (!this.#world.isStopping) {
      await this.#move()
      await this.#world.idle(this.random() * this.#world.paceMs * 2)
    }
  }

  async send(room: Room): Promise<void> {
    const { ledger } = this.#world
    const text = this.#words()
    const question: Question = {
      json: { text },
      headers: { 'idempotency-key': encodeURIComponent(text.split(' ')[0] as string) }
    }
    const path = `/v1/rooms/${room.name}/messages`
    const written = ledger.begin(room.name, this.name, text)
    const outcome = await this.#attempt('POST', path, question)
    const tally = ledger.tally(room.name, this.name, 'message.created')
    written.outcome = outcome.kind
    if (outcome.kind === 'unknown') tally.doubtful++
    if (outcome.kind !== 'refused') this.#mayHaveJoined(room)
    if (outcome.kind !== 'acknowledged') return
    const { id, rev } = outcome.answer.body
    written.rev = id
    tally.sure++
    room.said({ id, author: this.name, rev })
    if (this.random() < 0.1) await this.#repeat(path, question, id)
  }

  /** Maybe some time and a restart later. */
  async #repeat(path: string, question: Question, id: number): Promise<void> {
    await this.#world.idle(this.random() ** 3 * 4_000)
    const isOther = this.random() < 0.3
    const other = { ...question, json: { text: this.#words() } }
    if (isOther) this.#world.ledger.begin('', this.name, other.json.text).outcome = 'refused'
    const { kind, answer } = await this.#attempt('POST', path, isOther ? other : question, true)
    if (kind === 'acknowledged') {
      hold(!isOther, () => `a key was taken for another text: ${path} ${JSON.stringify(other)}`)
      hold(answer?.body.id === id, () => `a repeated send of ${path} ${id} has the id ${answer?.body.id}`)
      hold(answer?.headers['idempotency-replayed'] === 'true', () => `a repeated send of ${path} ${id} is no replay`)
    } else if (isOther && answer?.status === 422) {
      hold(answer.body.code === 'key-reused', () => `another text with a key: ${answer.body.code}`)
    }
  }

  async edit(room: Room): Promise<void> {
    const message = this.#messageOf(room, 0.8)
    if (!message) return
    const { ledger } = this.#world
    const text = this.#words()
    const basedOn = this.random() < 0.5 ? message.rev : undefined
    const written = ledger.begin(room.name, this.name, text, message.id, basedOn)
    const outcome = await this.#attempt('PUT', `/v1/rooms/${room.name}/messages/${message.id}`, {
      json: { text },
      headers: this.#condition(basedOn)
    })
    written.outcome = outcome.kind
    const tally = ledger.tally(room.name, this.name, 'message.edited')
    tally.doubtful += outcome.doubts
    if (outcome.kind !== 'acknowledged') return
    tally.sure++
    written.rev = outcome.answer.body.rev
    message.rev = Math.max(message.rev, written.rev as number)
  }

  async remove(room: Room): Promise<void> {
    const message = this.#messageOf(room, 0.6)
    if (!message) return
    const { ledger } = this.#world
    const condition = this.#condition(this.random() < 0.3 ? message.rev : undefined)
    const outcome = await this.#attempt('DELETE', `/v1/rooms/${room.name}/messages/${message.id}`, { headers: condition })
    const tally = ledger.tally(room.name, this.name, 'message.deleted')
    tally.doubtful += outcome.doubts
    if (outcome.kind !== 'acknowledged') return
    tally.sure++
    ledger.deleted.push({ room: room.name, id: message.id, by: this.name })
  }

  /** Make somebody something in a room, or nothing any more; `me` too. */
  setRole(room: Room, target: Person, role: Standing): Promise<void> {
    return room.alone(async () => {
      const path = `/v1/rooms/${room.name}/members/${target === this && this.random() < 0.5 ? 'me' : target.name}`
      const standing = room.standing(target.name)
      const isOver = role === 'none'
      const outcome = await this.#attempt(isOver ? 'DELETE' : 'PUT', path, isOver ? {} : { json: { role } })
      if (outcome.kind === 'acknowledged') standing.is(role)
      if (outcome.doubts > 0 && outcome.kind !== 'acknowledged') standing.mayBe(role)
    })
  }

  /** By themselves, or with an invite that the owner has just made. */
  join(room: Room): Promise<void> {
    return room.alone(async () => {
      const standing = room.standing(this.name)
      const json: Record<string, string> = {}
      if (this.random() < 0.5) {
        const expiresAt = new Date(Date.now() + 60_000).toISOString() // there may be only so many at a time
        const { answer } = await this.#world.owner.#attempt('POST', '/v1/invites', { json: { room: room.name, expiresAt } }, true)
        if (answer?.status !== 201) return // an archived room, for example
        json.invite = answer.body.code
        this.#world.secrets.add(answer.body.code)
      }
      const outcome = await this.#attempt('PUT', `/v1/rooms/${room.name}/members/me`, { json })
      if (outcome.kind === 'acknowledged') standing.is(outcome.answer.body.role)
      else if (outcome.doubts > 0) this.#mayHaveJoined(room)
    })
  }

  change(room: Room): Promise<void> {
    return room.alone(async () => {
      const kind = this.random()
      const title = this.#words()
      const archived = this.random() < 0.1
      const visibility = this.random() < 0.9 ? 'public' : 'private'
      const json = kind < 0.5 ? { title } : kind < 0.8 ? { archived } : { visibility }
      const { kind: outcome, doubts } = await this.#attempt('PATCH', `/v1/rooms/${room.name}`, { json })
      const how = outcome === 'acknowledged' ? 'is' : doubts > 0 ? 'mayBe' : undefined
      if (how === undefined) return
      if (kind < 0.5) room.title[how](title)
      else if (kind < 0.8) room.archived[how](archived)
      else room.visibility[how](visibility as 'public' | 'private')
    })
  }

  async createRoom(visibility: 'public' | 'private'): Promise<void> {
    const name = `room-${++this.#world.roomsMade}`
    const room = new Room(name, visibility)
    room.standing(this.name).is('owner')
    const { kind, doubts, answer } = await this.#attempt('POST', '/v1/rooms', { json: { name, visibility } }, true)
    hold(kind === 'acknowledged' || (doubts > 0 && answer?.status === 409), () => `${name}: ${answer?.body.detail}`)
    const { owner } = this.#world
    if (owner !== this) {
      const json = { role: 'owner' }
      const added = await this.#attempt('PUT', `/v1/rooms/${name}/members/${owner.name}`, { json }, true)
      hold(added.kind === 'acknowledged', () => `${name} has no second owner: ${added.answer?.body.detail}`)
      room.standing(owner.name).is('owner')
    }
    this.#world.rooms.push(room)
  }

  async #read(room: Room): Promise<void> {
    const [message] = room.recent
    await this.#attempt('GET', `/v1/rooms/${room.name}/messages?limit=${1 + Math.floor(this.random() * 200)}`, {})
    if (this.random() < 0.3) await this.#attempt('GET', `/v1/search?q=said`, {})
    if (message === undefined || this.random() < 0.5) return
    await this.#attempt('PUT', `/v1/rooms/${room.name}/read-marker`, { json: { upTo: message.id } })
  }

  async #move(): Promise<void> {
    const { rooms, owner, people } = this.#world
    const pick = <T>(from: readonly T[]): T => from[Math.floor(this.random() ** 1.5 * from.length)] as T
    const room = pick(rooms)
    const chance = this.random()
    if (chance < 0.55) return this.send(room)
    if (chance < 0.68) return this.edit(room)
    if (chance < 0.75) return this.remove(room)
    if (chance < 0.85) return this.#read(room)
    const isOwners = this === owner
    if (chance < 0.93) {
      const others = people.filter((person) => person !== owner)
      if (!isOwners && this.random() < 0.6) return this.random() < 0.7 ? this.join(room) : this.setRole(room, this, 'none')
      const roles: Standing[] = ['none', 'banned', 'moderator', 'owner', ...Array<Standing>(6).fill('member')]
      return this.setRole(room, pick(others), pick(roles))
    }
    if (chance < 0.96) return (this.random() < 0.5 ? owner : this).change(room)
    if (this.#world.roomsMade < this.#world.roomsMax) await this.createRoom(this.random() < 0.5 ? 'public' : 'private')
  }

  /** A recent one: mostly of their own, as the others are refused. */
  #messageOf(room: Room, own: number) {
    const isOwn = this.random() < own
    const some = room.recent.filter(({ author }) => (author === this.name) === isOwn)
    return some[Math.floor(this.random() * some.length)]
  }

  #condition = (rev: number | undefined): Record<string, string> =>
    rev === undefined ? {} : { 'if-match': `"${this.#world.epoch}.${rev}"` }

  #mayHaveJoined(room: Room): void {
    const standing = room.standing(this.name)
    if (standing.has('none')) standing.mayBe('member')
  }

  /** Like no other text, and known again wherever it must not be. */
  #words(): string {
    const text = `said${this.#world.seed}x${this.name}x${this.#said++}`
    return this.random() < 0.1 ? `${text} ${'¿qué tal? '.repeat(Math.floor(this.random() * 300))}`.trim() : text
  }

  async #attempt(method: string, path: string, question: Question, settles = false): Promise<Outcome> {
    const { url, pause, ledger } = this.#world
    const own: Question = this.token === '' ? question : { ...question, token: this.token }
    const options: AttemptOptions = { random: this.random, pause, settles }
    const asking = () => attempt(method, () => url() + path, own, options)
    if (method === 'GET') return asking()
    ledger.unanswered++
    const outcome = await asking().finally(() => ledger.unanswered--)
    if (outcome.kind === 'acknowledged') ledger.acknowledged++
    else if (outcome.kind === 'unknown') ledger.unknown++
    else ledger.noteRefusal(outcome.answer.body.code)
    return outcome
  }
}
