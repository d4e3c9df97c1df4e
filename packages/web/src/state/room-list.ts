import { signal } from '@preact/signals'
import type { ListedRoom, LogEvent } from '@tertulia/protocol'
import { speaksTo } from '../texts/links.ts'

/** A room as the list shows it. */
export interface RoomEntry {
  name: string
  title: string
  visibility: 'public' | 'private'
  archived: boolean
  /** null: not a member. */
  role: 'owner' | 'moderator' | 'member' | null
  /** Number of the last event that the figures below know of. */
  head: number
  readUpTo: number
  unread: number
  /** One of the unread messages that came while the page was open speaks to its reader. */
  mentioned: boolean
}

/** The rooms that one may read, by name, with what is unread in each: counted by the server, and by what happens since. */
export class RoomList {
  readonly entries = signal<readonly RoomEntry[]>([])
  readonly loaded = signal(false)
  readonly #me: string

  constructor(me: string) {
    this.#me = me
  }

  get(name: string): RoomEntry | undefined {
    return this.entries.value.find((entry) => entry.name === name)
  }

  /** What the server says takes the place of what was there. */
  load(rooms: readonly ListedRoom[]): void {
    this.entries.value = rooms
      .filter(({ role }) => role !== 'banned')
      .map((room): RoomEntry => {
        const before = this.entries.peek().find(({ name }) => name === room.name)
        const { name, title, visibility, archived, head } = room
        const role = room.role === 'banned' ? null : room.role
        const unread = room.unread ?? 0
        const mentioned = unread > 0 && (before?.mentioned ?? false)
        return { name, title, visibility, archived, role, head, readUpTo: room.readUpTo ?? head, unread, mentioned }
      })
    this.loaded.value = true
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
      Object.assign(change, event.settings)
    }
    this.#change(entry.name, change)
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
