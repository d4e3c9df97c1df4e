import { batch, computed, effect, signal } from '@preact/signals'
import { ChatClient, newIdempotencyKey, ProblemError } from '@tertulia/client'
import type { ListedRoom, LogEvent, Me, Message, Role, RoomChanges } from '@tertulia/protocol'
import type { HubLine } from '../hub/connect.ts'
import type { FromHub, Identity, LinkState, Outgoing } from '../hub/messages.ts'
import { CurrentRoom } from './current-room.ts'
import { Drafts } from './drafts.ts'
import { OpenRooms } from './open-rooms.ts'
import { mayModerate, type Rights, rightsIn } from './rights.ts'
import { RoomList } from './room-list.ts'

/** Something that was asked for in vain is asked for again after so long. */
const againMs = 15_000
/** Of so many messages with one's name in them it is looked whether they are unread and speak to one. */
const mentionsMax = 50

export interface SessionOptions {
  identity: Identity
  /** Gets in touch with the hub. */
  connect: (hear: (message: FromHub) => void) => HubLine
  /** The session is over. @param isOwnWish  somebody signed out here */
  onEnd: (isOwnWish: boolean) => void
  /** For tests. */
  client?: ChatClient | undefined
}

/** One signed-in user, as the page shows them their rooms. */
export class Session {
  readonly identity: Identity
  readonly name: string
  readonly server: string
  readonly client: ChatClient
  readonly list: RoomList
  readonly current: CurrentRoom
  readonly drafts: Drafts
  readonly me = signal<Me | undefined>(undefined)
  readonly link = signal<LinkState>({ state: 'catching-up' })
  /** Whether it is known who is connected: only as long as one is oneself. */
  readonly isPresenceKnown = computed(() => isConnected(this.link.value) && this.current.people.isFresh.value)
  readonly outbox = signal<readonly Outgoing[]>([])
  /** Messages as they come, for who reads them aloud or shows a notification. */
  readonly heard = new Set<(message: Message) => void>()
  readonly #rooms: OpenRooms
  readonly #line: HubLine
  readonly #onEnd: SessionOptions['onEnd']
  readonly #disposals: (() => void)[] = []
  /** The list of rooms was asked for, whatever came of it: from then on the stream says when there is a connection. */
  readonly #asked = signal(false)
  #again: ReturnType<typeof setTimeout> | undefined
  isOver = false

  constructor({ identity, connect, onEnd, client }: SessionOptions) {
    const { server, token, name } = identity
    this.identity = identity
    this.#onEnd = onEnd
    this.name = name
    this.server = server
    this.client = client ?? new ChatClient({ server, token })
    this.#rooms = new OpenRooms(this.client)
    this.list = new RoomList(name)
    this.current = new CurrentRoom({
      me: name,
      client: this.client,
      list: this.list,
      roomOf: (room) => this.#rooms.show(room),
      failed: (error) => this.failed(error)
    })
    this.drafts = new Drafts(`${server} ${name}`)
    this.#line = connect((message) => batch(() => this.#hear(message)))
    this.#line.tell({ kind: 'start', identity })
    this.#disposals.push(effect(() => this.#follow()))
    this.#disposals.push(effect(() => void (this.current.room.value?.isClosed.value && this.current.people.clear())))
    this.#disposals.push(() => clearTimeout(this.#again))
  }

  /** Ask which rooms there are, and what is unread in them. What happens from then on is told. */
  async refresh(): Promise<void> {
    clearTimeout(this.#again)
    this.list.asked()
    try {
      const rooms: ListedRoom[] = []
      for await (const page of this.client.rooms.pages()) rooms.push(...page.rooms)
      batch(() => {
        const isFirst = !this.list.loaded.peek()
        this.list.load(rooms)
        if (isFirst) this.current.markUnread()
        if (isFirst && rooms.some(({ unread }) => unread)) void this.#findMentions()
      })
      // What is not on the list may not be read, whatever has closed it: the server says why.
      for (const room of this.#rooms.all()) if (room.state.peek() === 'open' && !this.list.get(room.name)) void room.open()
      if (!this.me.peek()) await this.refreshMe()
    } catch (error) {
      this.failed(error)
      this.#refreshIn(againMs)
    } finally {
      this.#asked.value = true
    }
  }

  /** What came while no page was open told nobody that it speaks to its reader. Without an answer there is a count all the same. */
  async #findMentions(): Promise<void> {
    const { messages } = await this.client.search.find(`"${this.name}"`, { limit: mentionsMax }).catch(() => ({ messages: [] }))
    this.list.found(messages)
  }

  #refreshIn(ms: number): void {
    clearTimeout(this.#again)
    if (!this.isOver) this.#again = setTimeout(() => void this.refresh(), ms)
  }

  async refreshMe(): Promise<Me> {
    const me = await this.client.users.me()
    this.me.value = me
    return me
  }

  /** Show a room. @param around  a message in it that was looked for */
  show(name: string, around?: number): void {
    this.current.show(name, around)
    // A room that somebody has made since the list was asked for.
    if (this.list.loaded.peek() && !this.list.entries.peek().some((entry) => entry.name === name)) void this.refresh()
  }

  send(text: string): void {
    const room = this.current.name.peek()
    const outgoing: Outgoing = { key: newIdempotencyKey(), room, text, atMs: Date.now(), state: 'waiting' }
    // It is shown at once; the hub says the rest.
    this.outbox.value = [...this.outbox.peek(), outgoing]
    this.current.unread.value = undefined
    this.#line.tell({ kind: 'send', outgoing })
  }

  retry = (key: string): void => this.#line.tell({ kind: 'retry', key })
  discard = (key: string): void => this.#line.tell({ kind: 'discard', key })

  async edit(message: Message, text: string, tag: string): Promise<void> {
    const edited = await this.client.messages.edit(message.room, message.id, { text }, { ifMatch: tag })
    this.#rooms.get(message.room)?.take(edited)
  }

  async remove({ room, id }: Message): Promise<void> {
    await this.client.messages.delete(room, id)
  }

  /** With the rights of which role one acts in a room; null: of somebody who is no member. */
  rights(room: string): Rights {
    return rightsIn(this.list.get(room), this.me.value?.admin ?? false)
  }

  /** Change the room that is shown, unless it is not any more as it was in this version. */
  async change(room: string, changes: RoomChanges, rev: number): Promise<void> {
    const ifMatch = this.#rooms.get(room)?.tagOf({ rev })
    this.list.tell([await this.client.rooms.change(room, changes, { ifMatch })])
  }

  /** What somebody is in a room who is not on the list that is shown: that has its end. Who is banned only moderators are told. */
  async roleOf(room: string, name: string): Promise<Role | null> {
    for (const role of mayModerate(this.rights(room)) ? ([undefined, 'banned'] as const) : [undefined]) {
      // Of all names that begin so it is the first one.
      const [found] = (await this.client.members.list(room, { q: name, limit: 1, role })).members
      if (found?.name === name) return found.role
    }
    return null
  }

  async setRole(room: string, name: string, role: Role): Promise<void> {
    await this.client.members.setRole(room, name, role)
    if (role === 'banned') this.current.forget(room, name)
  }

  /** Remove somebody, or lift their ban. */
  async removeMember(room: string, name: string): Promise<void> {
    await this.client.members.delete(room, name)
    this.current.forget(room, name)
  }

  async join(room: string): Promise<void> {
    await this.client.members.put(room, 'me')
    await this.refresh()
  }

  async leave(room: string): Promise<void> {
    await this.client.members.delete(room, 'me')
    this.#rooms.forget(room)
    await this.refresh()
  }

  /** The network is back, or the computer was asleep. */
  wake(stale: boolean): void {
    this.#line.tell({ kind: 'wake', stale })
    if (stale) void this.refresh()
  }

  /** The browser puts the page aside, and perhaps brings it back. */
  rest(): void {
    this.#line.tell({ kind: 'bye' })
  }

  back(): void {
    this.#line.tell({ kind: 'start', identity: this.identity })
    this.#follow()
    for (const room of this.#rooms.all()) void room.catchUp()
    void this.refresh()
    this.current.refreshPeople()
  }

  async signOut(): Promise<void> {
    await this.client.sessions.end().catch((error) => {
      if (!(error instanceof ProblemError && error.status === 401)) throw error
    })
    this.#line.tell({ kind: 'sign-out' })
    this.drafts.clear()
    this.end(true)
  }

  end(isOwnWish = false): void {
    if (this.isOver) return
    this.isOver = true
    for (const dispose of this.#disposals.splice(0)) dispose()
    this.current.end()
    this.#line.tell({ kind: 'bye' })
    this.#onEnd(isOwnWish)
  }

  /** A refusal of the token ends the session; anything else mends itself or is told where it happened. */
  failed(error: unknown): void {
    if (error instanceof ProblemError && error.status === 401) this.end()
  }

  #follow(): void {
    if (!this.#asked.value) return
    // Only what may be read: one room that is not would close the stream to all. The one that is shown comes first.
    const shown = this.current.name.value
    const rooms = this.list.entries.value.filter(({ role, name }) => role !== null || name === shown).map(({ name }) => name)
    rooms.sort((a, b) => Number(b === shown) - Number(a === shown))
    this.#line.tell({ kind: 'follow', rooms })
  }

  #hear(message: FromHub): void {
    switch (message.kind) {
      case 'event':
        return void this.#happened(message.event, message.adopts)
      case 'synced':
        if (message.room === this.current.name.peek()) this.current.refreshPeople()
        return void this.#rooms.get(message.room)?.synced(message.cursor)
      case 'presence':
        return void this.current.tell(message.note)
      case 'rooms':
        this.list.tell(message.note.rooms)
        // All the others were told the same.
        if (message.note.more) this.#refreshIn(1_000 + Math.random() * 4_000)
        return
      case 'link': {
        const isBack = message.link.state === 'live' && this.link.peek().state !== 'live'
        this.link.value = message.link
        if (isBack) void this.refresh()
        else if (!isConnected(message.link)) this.current.people.lose()
        return
      }
      case 'outbox':
        this.outbox.value = message.outbox
        return
      case 'sent':
        this.#rooms.get(message.message.room)?.take(message.message)
        this.outbox.value = this.outbox.peek().filter(({ key }) => key !== message.key)
        return
      case 'lost':
        for (const room of this.#rooms.all()) if (message.rooms?.includes(room.name) ?? true) room.lost()
        return
      case 'rooms-changed':
        return void this.refresh()
      case 'signed-out':
        return void this.end()
    }
  }

  #happened(event: LogEvent, adopts: string | undefined): void {
    if (adopts !== undefined)
      this.outbox.value = this.outbox.peek().map((one) => (one.key === adopts ? { ...one, adopted: true } : one))
    // What concerns oneself alone, here or on another device.
    if ('marker' in event) return void this.list.read(event.marker.room, event.marker.readUpTo)
    if ('membership' in event) {
      this.#rooms.moved(event, this.list.get(event.membership.room)?.visibility === 'public')
      return void this.refresh()
    }
    this.list.apply(event)
    this.#rooms.get(event.room)?.apply(event)
    this.current.apply(event)
    if (event.type !== 'message.created') return
    for (const listener of this.heard) listener(event.message)
  }
}

const isConnected = ({ state }: LinkState): boolean => state === 'live' || state === 'catching-up'
