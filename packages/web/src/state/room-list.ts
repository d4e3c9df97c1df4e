import { signal } from '@preact/signals'
import type { ListedRoom, LogEvent, Message, RoomsNote } from '@tertulia/protocol'
import { nameKey } from '@tertulia/protocol/name-key'
import { speaksTo } from '../texts/links.ts'

/** A room as the list shows it. */
export interface RoomEntry {
  name: string
  title: string
  visibility: 'public' | 'private'
  archived: boolean
  /** For how many days it keeps what is written; null: for ever. */
  retainDays: number | null
  /** Number of the last event that changed what stands above. */
  rev: number
  /** null: not a member. */
  role: 'owner' | 'moderator' | 'member' | null
  /** Number of the last event that the figures below know of. */
  head: number
  readUpTo: number
  unread: number
  /** One of the unread messages speaks to its reader, as far as that is known. */
  mentioned: boolean
}

/** The rooms that one may read, by name, with what is unread in each: counted by the server, and by what happens since. */
export class RoomList {
  readonly entries = signal<readonly RoomEntry[]>([])
  readonly loaded = signal(false)
  readonly #me: string
  #banned: string[] = []
  /** What was told since the list was asked for: the answer may not know of it. */
  #told: RoomsNote['rooms'] = []

  constructor(me: string) {
    this.#me = me
  }

  get(name: string): RoomEntry | undefined {
    return this.entries.value.find((entry) => entry.name === name)
  }

  /** The server is asked for the list. */
  asked(): void {
    this.#told = []
  }

  /** What the server says takes the place of what was there. */
  load(rooms: readonly ListedRoom[]): void {
    this.#banned = rooms.filter(({ role }) => role === 'banned').map(({ name }) => name)
    this.entries.value = rooms
      .filter(({ role }) => role !== 'banned')
      .map((room): RoomEntry => {
        const before = this.entries.peek().find(({ name }) => name === room.name)
        const { name, title, visibility, archived, retainDays, rev, head } = room
        const settings = { title, visibility, archived, retainDays, rev }
        const role = room.role === 'banned' ? null : room.role
        const unread = room.unread ?? 0
        const mentioned = unread > 0 && (before?.mentioned ?? false)
        return { name, ...settings, role, head, readUpTo: room.readUpTo ?? head, unread, mentioned }
      })
    this.#take(this.#told)
    this.loaded.value = true
  }

  /** Public rooms that came about or changed. */
  tell(rooms: RoomsNote['rooms']): void {
    this.#told = [...this.#told, ...rooms]
    this.#take(rooms)
  }

  #take(rooms: RoomsNote['rooms']): void {
    for (const { name, title, visibility, archived, retainDays, rev } of rooms) {
      const settings = { title, visibility, archived, retainDays, rev }
      const entry = this.entries.peek().find((one) => one.name === name)
      if (entry && entry.rev < rev) this.#change(name, settings)
      if (entry || this.#banned.includes(name)) continue
      const figures = { head: rev, readUpTo: rev, unread: 0, mentioned: false }
      const entries = [...this.entries.peek(), { name, ...settings, role: null, ...figures }]
      this.entries.value = entries.sort((a, b) => (nameKey(a.name) < nameKey(b.name) ? -1 : 1))
    }
  }

  /** An event of one of the rooms; what the figures know of already changes nothing. */
  apply(event: LogEvent): void {
    const entry = this.entries.peek().find(({ name }) => name === event.room)
    if (!entry || event.seq <= entry.head) return
    const change: Partial<RoomEntry> = { head: event.seq }
    if (event.type === 'message.created') {
      const { author, text } = event.message
      if (author.name === this.#me) Object.assign(change, { readUpTo: event.seq, unread: 0, mentioned: false })
      else if (text !== null && entry.role !== null) {
        change.unread = entry.unread + 1
        change.mentioned = entry.mentioned || speaksTo(text, this.#me)
      }
    } else if (event.type === 'message.deleted') {
      const wasUnread = event.message.id > entry.readUpTo && event.message.author.name !== this.#me
      if (wasUnread && event.message.id <= entry.head) change.unread = Math.max(0, entry.unread - 1)
    } else if (event.type === 'room.updated') {
      Object.assign(change, event.settings, { rev: event.seq })
    }
    this.#change(entry.name, change)
  }

  /** Messages that were there before the list was: the unread ones among them may speak to whoever reads. */
  found(messages: readonly Message[]): void {
    for (const { room, id, author, text } of messages) {
      const entry = this.entries.peek().find(({ name }) => name === room)
      if (!entry?.unread || id <= entry.readUpTo || author.name === this.#me || text === null) continue
      if (speaksTo(text, this.#me)) this.#change(room, { mentioned: true })
    }
  }

  /** Everything up to an event was read, here or on another device. */
  read(name: string, upTo: number): void {
    const entry = this.entries.peek().find((one) => one.name === name)
    if (!entry || upTo <= entry.readUpTo) return
    if (upTo >= entry.head) this.#change(name, { readUpTo: upTo, unread: 0, mentioned: false })
    else this.#change(name, { readUpTo: upTo })
  }

  #change(name: string, change: Partial<RoomEntry>): void {
    this.entries.value = this.entries.peek().map((entry) => (entry.name === name ? { ...entry, ...change } : entry))
  }
}
