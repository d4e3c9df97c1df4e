import type { Author, LogEvent, Member, RoomSettings } from '@tertulia/protocol'
import type { FoundRoom } from '../room-access.ts'
import { isoTime } from '../rows.ts'
import type { IndexedText } from '../search/text-index.ts'
import { Sql } from '../sql.ts'

/** What an event says beside its number, type, time and actor; message events point to their message instead. */
type Detail = { settings: RoomSettings } | { member: Member } | { member: Member; reason: 'left' | 'removed' | 'banned' }

/** What commands work with: the connection inside an open transaction, and the one way to lengthen a log. */
export class Transaction extends Sql {
  readonly #authors = new Map<number, Author>()
  #erased: IndexedText[] = []

  /** A user as author. Name and kind never change, so they are remembered. */
  author(user: number): Author {
    let author = this.#authors.get(user)
    if (!author) {
      author = this.get<Author>('SELECT name, kind FROM user WHERE id = ?', user) as Author
      if (this.#authors.size >= authorsMax) this.#authors.clear()
      this.#authors.set(user, { name: author.name, kind: author.kind })
    }
    return author
  }

  /** Take a text off the disk. Its row stays, so that the page is not written anew around it. */
  eraseText(text: IndexedText): void {
    this.run('UPDATE text SET body = NULL WHERE n = ?', text.n)
    this.#erased.push(text)
  }

  /** After a commit: the texts that were erased, once. */
  takeErased(): IndexedText[] {
    const erased = this.#erased
    this.#erased = []
    return erased
  }

  /** After a rollback: a user who was made in it may not be there, and the number may become another's; no text was erased. */
  forget(): void {
    this.#authors.clear()
    this.#erased = []
  }

  /** Give the next number of the room's log to an event about the room or a member. */
  append(room: FoundRoom, type: LogEvent['type'], actor: number, atMs: number, detail: Detail): LogEvent {
    const seq = this.#next(room)
    this.run(
      'INSERT INTO event (log, seq, type, actor, at, detail) VALUES (?, ?, ?, ?, ?, ?)',
      room.log,
      seq,
      type,
      actor,
      atMs,
      JSON.stringify(detail)
    )
    return { seq, type, room: room.name, at: isoTime(atMs), actor: this.author(actor).name, ...detail } as LogEvent
  }

  /** Give the next number of the room's log to an event about a message; without `target` the event creates it. */
  appendMessageEvent(room: FoundRoom, type: LogEvent['type'], actor: number, atMs: number, target?: number): number {
    const seq = this.#next(room)
    this.run(
      'INSERT INTO event (log, seq, type, actor, at, target) VALUES (?, ?, ?, ?, ?, ?)',
      room.log,
      seq,
      type,
      actor,
      atMs,
      target ?? seq
    )
    return seq
  }

  #next(room: FoundRoom): number {
    room.head += 1
    this.run('UPDATE log SET head = ? WHERE id = ?', room.head, room.log)
    return room.head
  }
}

const authorsMax = 10_000
