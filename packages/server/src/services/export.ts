import { type ExportLine, formatCursor, type LogEvent, listLimitMax, pageBytesMax, type Room } from '@tertulia/protocol'
import { Breather } from '../feeds/breather.ts'
import type { ListPage, PageBounds, StoredRoom } from '../stores/records.ts'
import type { Store } from '../stores/store.ts'
import { ChatError } from './chat-error.ts'
import type { RoomService } from './rooms.ts'
import type { Credentials } from './users.ts'

/** Who exports. */
type Exporter = Pick<Credentials, 'user' | 'tokenDigest'>

export interface ExportServiceOptions {
  store: Store
  rooms: RoomService
  /** Whether somebody's token still speaks for them. */
  stillValid: (reader: Exporter) => Promise<boolean>
  /** How much is read, and held, at once; less in tests. */
  page?: PageBounds
  /** How often the rights of those are looked at who take nothing. */
  checkMs?: number
}

/** An export under way. */
interface UnderWay {
  reader: Exporter
  room: string
  /** End it at once, also while nobody takes the next piece. */
  cut: () => void
}

/** Whoever asked for an export may not read on, or it cannot go on here. */
export class ExportCut extends Error {}

/** Two are held where nobody reads: one waits in the connection, and the next one behind it. */
const pageDefault: PageBounds = { limit: 100, bytes: pageBytesMax / 2 }

/** Whole rooms, line by line, each as it is at the end. */
export class ExportService {
  readonly #store: Store
  readonly #rooms: RoomService
  readonly #stillValid: ExportServiceOptions['stillValid']
  readonly #page: PageBounds
  readonly #underWay = new Set<UnderWay>()
  readonly #timer: NodeJS.Timeout
  #isStopped = false

  constructor({ store, rooms, stillValid, page = pageDefault, checkMs = 5_000 }: ExportServiceOptions) {
    this.#store = store
    this.#rooms = rooms
    this.#stillValid = stillValid
    this.#page = page
    this.#timer = setInterval(() => void this.#cutOthers(), checkMs).unref()
  }

  /** The server stops: what is under way is cut, whether it is read or not. An export that was cut has no end. */
  stop(): void {
    this.#isStopped = true
    clearInterval(this.#timer)
    for (const { cut } of this.#underWay) cut()
  }

  /**
   * The pieces of an export, of several lines each. No more is read than is taken, and the reader's rights are looked at before each
   * piece, and every few seconds while none is taken.
   * @param cut  called when the export must end although nothing is taken
   * @throws ChatError room-not-found, banned, at once
   * @throws ExportCut on the way
   */
  async export(reader: Exporter, name: string, cut: () => void): Promise<AsyncGenerator<string>> {
    const room = await this.#rooms.find(reader.user, name)
    return this.#listed({ reader, room: name, cut }, this.#pieces(reader, room))
  }

  async *#listed(one: UnderWay, pieces: AsyncGenerator<string>): AsyncGenerator<string> {
    this.#underWay.add(one)
    try {
      yield* pieces
    } finally {
      this.#underWay.delete(one)
    }
  }

  /** What was sent already waits in the connection: it ends with the right to read it. */
  async #cutOthers(): Promise<void> {
    for (const { reader, room, cut } of [...this.#underWay]) {
      await this.#check(reader, room).catch((error) => {
        if (error instanceof ExportCut || error instanceof ChatError) cut()
      })
    }
  }

  /** @throws ExportCut, ChatError when the reader may not go on */
  async #check(reader: Exporter, room: string): Promise<void> {
    if (!(await this.#stillValid(reader))) throw new ExportCut('The token is not valid any more')
    await this.#rooms.find(reader.user, room)
  }

  /**
   * Nothing is held still while it runs: every page shows its part as it is at that moment. Therefore what the log says since the
   * beginning is read last, until there is no more of it, and shows again whatever it concerns.
   */
  async *#pieces(reader: Exporter, { log, room, head }: StoredRoom): AsyncGenerator<string> {
    const breather = new Breather()
    const mayGoOn = async () => {
      if (breather.isDue) await breather.rest()
      if (this.#isStopped) throw new ExportCut('The server stops')
      await this.#check(reader, room.name)
    }
    yield lines([{ type: 'room', ...room }])

    for (let after: string | undefined, isMore = true; isMore; isMore = after !== undefined) {
      await mayGoOn()
      const page: ListPage<ExportMember> = await this.#store.members(log, { limit: listLimitMax, after })
      after = page.next
      yield lines(page.items.map((member) => ({ type: 'member', ...member })))
    }

    let last = 0
    let messages = 0
    for (let isMore = true; isMore; ) {
      await mayGoOn()
      const page = await this.#store.history(log, { ...this.#page, after: last })
      isMore = page.later
      last = page.messages.at(-1)?.id ?? last
      messages += page.messages.length
      if (page.messages.length > 0) yield lines(page.messages.map((message) => ({ type: 'message', ...message })))
    }

    const meanwhile = new Meanwhile(room, last)
    const eventsAfter = (seq: number) => this.#store.events(log, seq, Number.MAX_SAFE_INTEGER, this.#page)
    await mayGoOn()
    let seen = head
    for (let events = await eventsAfter(seen); ; ) {
      if (events.some(({ seq }, n) => seq !== seen + 1 + n)) throw new ExportCut('The log is no longer kept so far back')
      const changed = meanwhile.lines(events)
      seen = events.at(-1)?.seq ?? seen
      await mayGoOn()
      events = await eventsAfter(seen) // before anything else can happen, where nothing has happened since
      if (events.length > 0) {
        if (changed.length > 0) yield lines(changed)
        continue
      }
      messages += meanwhile.messages
      yield lines([...changed, { type: 'end', cursor: formatCursor(this.#store.epoch, seen), messages }])
      return
    }
  }
}

type ExportMember = Omit<Extract<ExportLine, { type: 'member' }>, 'type'>

const lines = (all: readonly ExportLine[]): string => all.map((line) => `${JSON.stringify(line)}\n`).join('')

/** What happened in a room since its export began, as lines that count more than those before. */
class Meanwhile {
  /** Messages that are new. */
  messages = 0
  #room: Room
  readonly #last: number

  /** @param last  id of the last message that was shown */
  constructor(room: Room, last: number) {
    this.#room = room
    this.#last = last
  }

  lines(events: readonly LogEvent[]): ExportLine[] {
    return events.flatMap((event) => this.#line(event) ?? [])
  }

  #line(event: LogEvent): ExportLine | undefined {
    switch (event.type) {
      case 'message.created':
        if (event.message.id <= this.#last) return undefined
        this.messages++
        return { type: 'message', ...event.message }
      case 'message.edited':
      case 'message.deleted':
        // Of several changes the last one shows the message as it is.
        return event.message.rev === event.seq ? { type: 'message', ...event.message } : undefined
      case 'room.created':
      case 'room.updated':
        this.#room = { ...this.#room, ...event.settings, rev: event.seq }
        return { type: 'room', ...this.#room }
      case 'member.joined':
      case 'member.updated':
        return { type: 'member', ...event.member }
      case 'member.left':
        return { type: 'member', ...event.member, role: null }
      case 'membership.joined':
      case 'membership.updated':
      case 'membership.left':
      case 'marker.moved':
        return undefined // in no log of a room
      default:
        return event satisfies never
    }
  }
}
