import { batch, signal } from '@preact/signals'
import type { ChatClient } from '@tertulia/client'
import type { LogEvent, Message, PresenceNote } from '@tertulia/protocol'
import { People } from './people.ts'
import type { Room } from './room.ts'
import type { RoomList } from './room-list.ts'

const membersShownMax = 200
const membersFoundMax = 20
const readMs = 400

export interface CurrentRoomOptions {
  /** Name of who looks at it. */
  me: string
  client: ChatClient
  list: RoomList
  /** A room by its name, which is loaded or loads itself. */
  roomOf: (name: string) => Room
  failed: (error: unknown) => void
}

/** The room that is shown: its messages, its people, and what in it has been read. */
export class CurrentRoom {
  readonly name = signal('')
  readonly room = signal<Room | undefined>(undefined)
  readonly people = new People()
  /** A message that was looked for: it is shown, and then no longer. */
  readonly wanted = signal<number | undefined>(undefined)
  /** After which message the unread ones began when one came to the room, and how many they were. */
  readonly unread = signal<{ after: number; count: number } | undefined>(undefined)
  readonly #options: CurrentRoomOptions
  readonly #read = new Set<Room>()
  #telling: ReturnType<typeof setTimeout> | undefined
  #asking: ReturnType<typeof setTimeout> | undefined

  constructor(options: CurrentRoomOptions) {
    this.#options = options
  }

  /** Show a room. @param around  a message in it that was looked for */
  show(name: string, around?: number): void {
    batch(() => {
      if (name !== this.name.peek()) {
        this.name.value = name
        this.room.value = this.#options.roomOf(name)
        this.people.clear()
      }
      this.wanted.value = around
      this.markUnread()
    })
    const room = this.room.peek()
    if (around !== undefined && room?.rows.get(around) === undefined) void room?.open(around)
    else if (room?.state.peek() === 'failed') void room.open()
    this.refreshPeople()
  }

  /** What is unread now is told apart from what was read. */
  markUnread(): void {
    const entry = this.#options.list.entries.peek().find(({ name }) => name === this.name.peek())
    this.unread.value = entry && entry.unread > 0 ? { after: entry.readUpTo, count: entry.unread } : undefined
  }

  /** The end of what is loaded is in sight: everything in the room has been read. */
  read(): void {
    const { list } = this.#options
    const room = this.room.peek()
    const entry = list.get(this.name.peek())
    if (!room || !entry || entry.role === null || room.hasLater.peek() || room.state.peek() !== 'open') return
    if (room.head <= entry.readUpTo) return
    // Here at once; the server is told of several messages together.
    list.read(room.name, room.head)
    this.#read.add(room)
    this.#telling ??= setTimeout(() => this.#tellRead(), readMs)
  }

  #tellRead(): void {
    const { client, failed } = this.#options
    this.#telling = undefined
    for (const { name, head } of this.#read) client.readMarkers.put(name, head).catch(failed)
    this.#read.clear()
  }

  refreshPeople(): void {
    const { client, failed } = this.#options
    const room = this.name.peek()
    if (room === '') return
    this.people.load(async () => (await client.members.list(room, { limit: membersShownMax })).members).catch(failed)
  }

  /** Somebody is no member any more, in any room: their event says so too, later. */
  forget(room: string, name: string): void {
    if (room === this.name.peek()) this.people.remove(name)
  }

  /** In a room with more people than are listed: those whose name begins so. */
  findPeople(q: string): void {
    const { client } = this.#options
    const room = this.name.peek()
    if (this.people.members.peek().length < membersShownMax) return
    const find = async () => {
      const { members } = await client.members.list(room, { q, limit: membersFoundMax, retry: false })
      if (room === this.name.peek()) this.people.add(members)
    }
    // Without them there are those that are listed.
    find().catch(() => {})
  }

  /** An event of any room. */
  apply(event: LogEvent): void {
    if (event.room !== this.name.peek()) return
    this.people.apply(event)
    if (event.type === 'message.created') this.#missedBy(event.message)
  }

  /** What comes while nobody looks is unread for who comes back. */
  #missedBy({ id, author }: Message): void {
    if (author.name === this.#options.me || isLookedAt()) return
    const unread = this.unread.peek()
    this.unread.value = unread ? { ...unread, count: unread.count + 1 } : { after: id - 1, count: 1 }
  }

  /** Somebody came or went, in any room. */
  tell(note: PresenceNote): void {
    if (note.room !== this.name.peek()) return
    this.people.tell(note)
    if (!note.more) return
    // All the others were told the same.
    clearTimeout(this.#asking)
    this.#asking = setTimeout(() => this.refreshPeople(), 1_000 + Math.random() * 4_000)
  }

  end(): void {
    clearTimeout(this.#telling)
    clearTimeout(this.#asking)
  }
}

const isLookedAt = (): boolean => document.visibilityState === 'visible' && document.hasFocus()
