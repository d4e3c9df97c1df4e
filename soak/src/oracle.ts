import { ChatClient } from '@tertulia/client'
import type { CombinedEventPage, EventPage, LogEvent, Member, Message, RoomSettings } from '@tertulia/protocol'
import { messageOf } from '@tertulia/protocol/message-of'
import { ownLogName } from '@tertulia/protocol/own-log'
import { type Answer, ask } from '../../packages/server/test/processes/support/ask.ts'
import { hold } from './fault.ts'
import type { Written } from './ledger.ts'
import type { Person } from './person.ts'
import type { Heads, Reader } from './readers.ts'
import type { Room, Standing } from './room.ts'
import type { World } from './world.ts'

/** What a log says of a room, event by event. */
interface Folded {
  log: readonly LogEvent[]
  messages: Map<number, Message>
  standings: Map<string, Standing>
  settings: RoomSettings
}

/** Holds what the server has against what it has acknowledged, and against what readers have seen. Nobody writes any more. */
export class Oracle {
  readonly #world: World
  events = 0

  constructor(world: World) {
    this.#world = world
  }

  async judge(readers: readonly Reader[]): Promise<void> {
    const { rooms, ledger, owner } = this.#world
    for (const { text, outcome } of ledger.texts.values()) hold(outcome !== 'open', () => `nobody knows what became of ${text}`)
    await this.#finish(readers)
    const said = new Map<string, Message>()
    for (const room of rooms) {
      const folded = this.#fold(room, await this.#log(room.name, owner))
      this.events += folded.log.length
      this.#holdSeen(room.name, folded.log, owner.name)
      this.#holdTexts(room, folded, said)
      this.#holdDeeds(room, folded)
      await this.#holdRights(room, folded)
      await this.#holdExport(room, folded)
    }
    for (const written of ledger.texts.values()) this.#holdWritten(written, said.get(written.text))
    for (const person of this.#world.people) {
      this.#holdSeen(`${ownLogName} ${person.name}`, await this.#log(ownLogName, person), person.name)
    }
    await this.#holdSearch([...said.values()])
  }

  /** Every reader gets to the end of what they may read; what they may not, they have no right to. */
  async #finish(readers: readonly Reader[]): Promise<void> {
    const read = async (reader: Reader) => {
      const lost = await reader.finish((person) => this.#heads(person))
      for (const name of lost) {
        const room = this.#world.rooms.find((one) => one.name === name)
        const isBarred = room !== undefined && this.#mayBeBarred(room, reader.who)
        hold(isBarred, () => `${reader.name} was refused ${name}, where they are ${room?.standing(reader.who)}`)
      }
    }
    await Promise.all(
      readers.map((reader) => {
        const late = this.#world
          .pause(180_000)
          .then(() => hold(false, () => `${reader.name} did not get to the end: ${reader.waitsFor}`))
        late.catch(() => {})
        return Promise.race([read(reader), late])
      })
    )
  }

  #mayBeBarred(room: Room, name: string): boolean {
    const standing = room.standing(name)
    return standing.has('banned') || (standing.has('none') && room.visibility.has('private'))
  }

  /** As far as the logs have come that somebody may read, and their own. */
  async #heads(person: Person): Promise<Heads> {
    const heads = new Map<string, number>()
    const { body } = await this.#get('/v1/rooms?limit=200', person)
    for (const { name, head } of body.rooms) heads.set(name, head)
    const own = await this.#get(`/v1/events?after=${ownLogName}:now`, person)
    heads.set(ownLogName, Number(own.body.cursors[ownLogName].split('.')[1]))
    return heads
  }

  async #log(name: string, person: Person): Promise<LogEvent[]> {
    const log: LogEvent[] = []
    for (let more = true; more; ) {
      const cursor = `${this.#world.epoch}.${log.length}`
      const path = name === ownLogName ? `/v1/events?after=${name}:${cursor}` : `/v1/rooms/${name}/events?after=${cursor}`
      const page: EventPage | CombinedEventPage = (await this.#get(`${path}&limit=500`, person)).body
      for (const event of page.events) {
        log.push(event)
        hold(event.seq === log.length, () => `${name} has event ${event.seq} in place ${log.length}`)
      }
      more = page.more
    }
    return log
  }

  #fold(room: Room, log: readonly LogEvent[]): Folded {
    const messages = new Map<number, Message>()
    const standings = new Map<string, Standing>()
    let settings: RoomSettings = { title: '', visibility: 'public', archived: false, retainDays: null }
    for (const event of log) {
      const message = messageOf(event)
      if (message) messages.set(message.id, message)
      if (event.type === 'room.created' || event.type === 'room.updated') settings = event.settings
      if (event.type === 'member.joined' || event.type === 'member.updated') standings.set(event.member.name, event.member.role)
      if (event.type === 'member.left') standings.set(event.member.name, event.reason === 'banned' ? 'banned' : 'none')
    }
    for (const [id, { rev }] of messages) {
      const event = log[rev - 1]
      hold(!!event && messageOf(event)?.id === id, () => `message ${id} of ${room.name} has the rev ${rev}, which is another's`)
    }
    return { log, messages, standings, settings }
  }

  /** What readers have seen of a log is what there is. */
  #holdSeen(name: string, log: readonly LogEvent[], reader: string): void {
    for (const event of log) this.#world.seen.add(event, reader)
    const seen = this.#world.seen.logs.get(name)?.size ?? 0
    hold(seen === log.length, () => `readers have seen ${seen} events of ${name}, which has ${log.length}`)
  }

  /** What the messages of a room say is what somebody said last, and nobody else. */
  #holdTexts(room: Room, { log, messages }: Folded, said: Map<string, Message>): void {
    for (const message of messages.values()) {
      if (message.text === null) continue
      const where = `${room.name}/${message.id} “${message.text.slice(0, 60)}”`
      const written = this.#world.ledger.texts.get(message.text)
      hold(!!written, () => `nobody wrote ${where}`)
      hold(!said.has(message.text), () => `${where} is there twice`)
      said.set(message.text, message)
      const { actor } = log[message.rev - 1] as LogEvent
      hold(
        written.room === room.name && written.author === actor,
        () => `${where} was written by ${written.author} in ${written.room}`
      )
      hold(written.outcome !== 'refused', () => `${where} was refused, and is there`)
      hold((written.edited ?? message.id) === message.id, () => `${where} was meant for ${written.edited}`)
      hold(
        written.rev === undefined || written.rev === message.rev,
        () => `${where} has the rev ${message.rev}, not ${written.rev}`
      )
    }
    for (const { id, by } of this.#world.ledger.deleted.filter((one) => one.room === room.name)) {
      const message = messages.get(id)
      hold(
        message?.text === null && message.deletedAt !== null,
        () => `${by} deleted ${room.name}/${id}, which says ${message?.text}`
      )
    }
    const ends = log.filter(({ type }) => type === 'message.deleted').map((event) => messageOf(event)?.id)
    hold(new Set(ends).size === ends.length, () => `a message of ${room.name} was deleted twice`)
  }

  /** Everybody did as much as was acknowledged, and no more than may be. */
  #holdDeeds(room: Room, { log }: Folded): void {
    for (const { name } of this.#world.people) {
      for (const deed of ['message.created', 'message.edited', 'message.deleted'] as const) {
        const { sure, doubtful } = this.#world.ledger.tally(room.name, name, deed)
        const done = log.filter(({ type, actor }) => type === deed && actor === name).length
        hold(
          sure <= done && done <= sure + doubtful,
          () => `${name} in ${room.name}: ${done} ${deed}, ${sure} acknowledged and ${doubtful} unknown`
        )
      }
    }
  }

  /** What was acknowledged is at its number, and what was refused nowhere, and was never seen. */
  #holdWritten(written: Written, now: Message | undefined): void {
    const { text, room, edited, outcome, rev, basedOn, author } = written
    if (outcome === 'refused') {
      hold(now === undefined && !this.#world.seen.texts.has(text), () => `${text} was refused, and somebody has seen it`)
      return
    }
    if (outcome !== 'acknowledged') return
    const log = this.#world.seen.logs.get(room)
    const event = log?.get(rev as number)
    const deed = edited === undefined ? 'message.created' : 'message.edited'
    hold(
      !!event?.startsWith(`${rev} ${deed} `) && event.endsWith(` ${author} ${edited ?? rev}`),
      () => `${text} was acknowledged as ${deed} ${room}/${rev}, which is ${event}`
    )
    if (basedOn === undefined) return
    for (let seq = basedOn + 1; seq < (rev as number); seq++) {
      const [, type, , , id] = log?.get(seq)?.split(' ') ?? []
      const isChange = type?.startsWith('message.') && Number(id) === edited
      hold(!isChange, () => `${text} was to change ${room}/${edited} at ${basedOn}, and did after ${seq}`)
    }
  }

  async #holdRights(room: Room, { standings, settings }: Folded): Promise<void> {
    for (const { name } of this.#world.people) {
      const standing = standings.get(name) ?? 'none'
      const known = room.standing(name)
      hold(known.has(standing), () => `${name} is ${standing} in ${room.name}, and should be ${known}`)
    }
    const { title, archived, visibility } = settings
    const isKnown = room.title.has(title) && room.archived.has(archived) && room.visibility.has(visibility)
    hold(isKnown, () => `${room.name} is ${JSON.stringify(settings)}, not ${room.title}, ${room.archived}, ${room.visibility}`)
    const { body } = await this.#get(`/v1/rooms/${room.name}`, this.#world.owner)
    hold(
      body.title === title && body.archived === archived && body.visibility === visibility,
      () => `${room.name} is not as its log says`
    )
    const members: Member[] = (await this.#get(`/v1/rooms/${room.name}/members?limit=200`, this.#world.owner)).body.members
    const shown = members.map(({ name, role }) => `${name} ${role}`).sort()
    const logged = [...standings]
      .filter(([, role]) => role !== 'none' && role !== 'banned')
      .map(([name, role]) => `${name} ${role}`)
    hold(shown.join() === logged.sort().join(), () => `the members of ${room.name} are ${shown}, by its log ${logged}`)
  }

  async #holdExport(room: Room, { messages }: Folded): Promise<void> {
    const client = new ChatClient({ server: this.#world.url(), token: this.#world.owner.token })
    const exported: Message[] = []
    for await (const line of client.export(room.name)) {
      if (line.type !== 'message') continue
      const { type: _, ...message } = line
      exported.push(message)
    }
    hold(exported.length === messages.size, () => `${room.name}: ${exported.length} of ${messages.size} were exported`)
    for (const message of exported) {
      const is = JSON.stringify(messages.get(message.id))
      hold(JSON.stringify(message) === is, () => `${room.name}: exported is ${JSON.stringify(message)}, logged ${is}`)
    }
  }

  /** Some texts are found, and those that were edited away are not. */
  async #holdSearch(messages: readonly Message[]): Promise<void> {
    const step = Math.max(1, Math.floor(messages.length / 20))
    for (const message of messages.filter((_, n) => n % step === 0)) {
      const [word] = (message.text as string).split(' ')
      const found = async () => {
        const { body } = await this.#get(`/v1/search?q="${word}"&room=${message.room}`, this.#world.owner)
        return body.messages.some(({ id }: Message) => id === message.id)
      }
      await this.#world.until(found, `a search does not find ${message.room}/${message.id}`)
    }
  }

  async #get(path: string, { token }: Person): Promise<Answer> {
    const answer = await ask('GET', this.#world.url() + path, { token })
    hold(answer.status === 200, () => `GET ${path} was answered with ${answer.status}: ${answer.body.detail}`)
    return answer
  }
}
