import type { Author, LogEvent, Member, Membership, MovedMarker, OwnEvent, RoomSettings } from '@tertulia/protocol'
import { ownEventsKept, ownLogName } from '@tertulia/protocol/own-log'
import type { Added } from '../../commands.ts'
import { isoTime } from '../rows.ts'
import type { IndexedText } from '../search/text-index.ts'
import { Sql } from '../sql.ts'

/** What an event says beside its number, type, time and actor; message events point to their message instead. */
type Detail = { settings: RoomSettings } | { member: Member } | { member: Member; reason: Reason } | OwnDetail
type OwnDetail = { membership: Membership } | { membership: Membership; reason: Reason } | { marker: MovedMarker }
type Reason = 'left' | 'removed' | 'banned'

/** A log that grows: that of a room, or of a user. */
interface GrowingLog {
  log: number
  name: string
  head: number
}

/** What commands work with: the connection inside an open transaction, and the one way to lengthen a log. */
export class Transaction extends Sql {
  readonly #authors = new Map<number, Author>()
  #erased: IndexedText[] = []
  #told: Added[] = []

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
    this.#told = []
  }

  /** Give the next number of the log to an event about its room, a member or its user. */
  append(room: GrowingLog, type: LogEvent['type'], actor: number, atMs: number, detail: Detail): LogEvent {
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

  /** Add an event to the log of a user, who alone reads it. The oldest that it keeps goes, so that it does not grow for ever. */
  tell(user: number, type: OwnEvent['type'], actor: number, atMs: number, detail: OwnDetail): void {
    const own = this.get<Record<'log' | 'head', number>>(ownLog, user)
    if (!own) return
    const event = this.append({ log: own.log, head: own.head, name: ownLogName }, type, actor, atMs, detail)
    const firstKept = event.seq - ownEventsKept + 1
    if (firstKept > 1) {
      this.run('DELETE FROM event WHERE log = ? AND seq < ?', own.log, firstKept)
      this.run('UPDATE log SET firstSeq = ? WHERE id = ?', firstKept, own.log)
    }
    const told = this.#told.find(({ log }) => log === own.log)
    if (told) told.events.push(event)
    else this.#told.push({ log: own.log, events: [event] })
  }

  /** After a command: what it added to the logs of users, once. */
  takeTold(): Added[] {
    const told = this.#told
    this.#told = []
    return told
  }

  /** Give the next number of the room's log to an event about a message; without `target` the event creates it. */
  appendMessageEvent(room: GrowingLog, type: LogEvent['type'], actor: number, atMs: number, target?: number): number {
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

  #next(room: GrowingLog): number {
    room.head += 1
    this.run('UPDATE log SET head = ? WHERE id = ?', room.head, room.log)
    return room.head
  }
}

const authorsMax = 10_000
const ownLog = 'SELECT l.id AS log, l.head FROM user u JOIN log l ON l.id = u.log WHERE u.id = ?'
