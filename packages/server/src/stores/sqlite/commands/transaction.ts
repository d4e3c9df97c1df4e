import type { Author, LogEvent, Member, Membership, MovedMarker, OwnEvent, RoomSettings } from '@tertulia/protocol'
import { ownEventsKept, ownLogName } from '@tertulia/protocol/own-log'
import type { Added } from '../../commands.ts'
import { isoTime } from '../../rows.ts'
import type { Value } from '../driver.ts'
import { readOwnLog } from '../reads/users.ts'
import { type FoundRoom, findRoom } from '../room-access.ts'
import type { IndexedText } from '../search/text-index.ts'
import { Sql } from '../sql.ts'
import { Answers } from './answers.ts'

/** What an event says beside its number, type, time and actor; message events point to their message instead. */
type Detail = { settings: RoomSettings } | { member: Member } | { member: Member; reason: Reason } | OwnDetail
type OwnDetail = { membership: Membership } | { membership: Membership; reason: Reason } | { marker: MovedMarker }
type Reason = 'left' | 'removed' | 'banned'

/** A log that grows: that of a room, or of a user. */
interface GrowingLog {
  log: number
  name: string
}

interface Marker {
  log: number
  user: number
  readUpTo: number
}

/**
 * What commands work with: the connection inside an open transaction, the one way to lengthen a log, and what this connection, the only
 * one that writes, knows by itself. Who may write where is asked once, until a command changes more than messages; the heads of logs
 * and the markers of readers, which every message moves, are written once at the end.
 */
export class Transaction extends Sql {
  readonly #authors = new Answers<number, Author>()
  readonly #rooms = new Answers<string, FoundRoom | undefined>()
  readonly #mayAct = new Answers<number, boolean>()
  readonly #heads = new Map<number, number>()
  /** Logs that have grown. */
  readonly #grown = new Set<number>()
  /** Those that have moved. */
  readonly #markers = new Map<string, Marker>()
  #erased: IndexedText[] = []
  #told: Added[] = []

  /** Whatever it changes may be what was remembered. */
  override run(sql: string, ...values: Value[]): number {
    this.#rooms.clear()
    this.#mayAct.clear()
    return super.run(sql, ...values)
  }

  /** The same for what nothing that is remembered depends on: messages, their texts and their events. */
  note(sql: string, ...values: Value[]): number {
    return super.run(sql, ...values)
  }

  /** A user as author. Name and kind never change. */
  author(user: number): Author {
    return this.#authors.to(user, () => {
      const { name, kind } = this.get<Author>('SELECT name, kind FROM user WHERE id = ?', user) as Author
      return { name, kind }
    })
  }

  /** Whether somebody has neither left for ever nor been disabled: what they asked for may have waited behind that. */
  mayAct(user: number): boolean {
    return this.#mayAct.to(user, () => this.get(goneOrDisabled, user) === undefined)
  }

  /** The room of this name in any spelling, as a user finds it. */
  room(spelled: string, user: number): FoundRoom | undefined {
    return this.#rooms.to(`${user} ${spelled}`, () => findRoom(this, spelled, user))
  }

  /** Number of the newest event of a log. */
  head(log: number): number {
    return this.#heads.get(log) ?? this.get<{ head: number }>('SELECT head FROM log WHERE id = ?', log)?.head ?? 0
  }

  /** Number of the oldest event of a log that is kept. */
  firstSeq(log: number): number {
    return this.get<{ firstSeq: number }>('SELECT firstSeq FROM log WHERE id = ?', log)?.firstSeq ?? 1
  }

  /** How far a member has read. */
  readUpTo(log: number, user: number): number {
    const moved = this.#markers.get(`${log} ${user}`)?.readUpTo ?? 0
    const kept =
      this.get<{ readUpTo: number }>('SELECT readUpTo FROM member WHERE log = ? AND user = ?', log, user)?.readUpTo ?? 0
    return Math.max(moved, kept)
  }

  /** A member has read on; a marker never goes back. */
  moveMarker(log: number, user: number, readUpTo: number): void {
    this.#markers.set(`${log} ${user}`, { log, user, readUpTo })
  }

  /** Take a text off the disk. Its row stays, so that the page is not written anew around it. */
  eraseText(text: IndexedText): void {
    this.note('UPDATE text SET body = NULL WHERE n = ?', text.n)
    this.#erased.push(text)
  }

  /** After a commit: the texts that were erased, once. */
  takeErased(): IndexedText[] {
    const erased = this.#erased
    this.#erased = []
    return erased
  }

  /** Before the commit: write what all commands together have moved. */
  settle(): void {
    for (const log of this.#grown) this.note('UPDATE log SET head = ? WHERE id = ?', this.head(log), log)
    for (const { log, user, readUpTo } of this.#markers.values()) this.note(moveMarker, readUpTo, log, user)
    this.#grown.clear()
    this.#markers.clear()
    if (this.#heads.size > headsMax) this.#heads.clear()
  }

  /** After a rollback nothing is as it was remembered: a user may not be there, and their number may become another's. */
  forget(): void {
    this.#authors.clear()
    this.#rooms.clear()
    this.#mayAct.clear()
    this.#heads.clear()
    this.#grown.clear()
    this.#markers.clear()
    this.#erased = []
    this.#told = []
  }

  /** Give the next number of the log to an event about its room, a member or its user. */
  append(room: GrowingLog, type: LogEvent['type'], actor: number, atMs: number, detail: Detail): LogEvent {
    const seq = this.next(room)
    this.note(
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
    const log = readOwnLog(this, user)
    if (log === undefined) return
    const event = this.append({ log, name: ownLogName }, type, actor, atMs, detail)
    const firstKept = event.seq - ownEventsKept + 1
    if (firstKept > 1) {
      this.note('DELETE FROM event WHERE log = ? AND seq < ?', log, firstKept)
      this.note('UPDATE log SET firstSeq = ? WHERE id = ?', firstKept, log)
    }
    const told = this.#told.find((added) => added.log === log)
    if (told) told.events.push(event)
    else this.#told.push({ log, events: [event] })
  }

  /** After a command: what it added to the logs of users, once. */
  takeTold(): Added[] {
    const told = this.#told
    this.#told = []
    return told
  }

  /** Give the next number of the room's log to an event about a message that is there. */
  appendMessageEvent(room: GrowingLog, type: LogEvent['type'], actor: number, atMs: number, target: number): number {
    const seq = this.next(room)
    this.note(
      'INSERT INTO event (log, seq, type, actor, at, target) VALUES (?, ?, ?, ?, ?, ?)',
      room.log,
      seq,
      type,
      actor,
      atMs,
      target
    )
    return seq
  }

  /** Give the next number of a log to what is written now: a message, which needs no other row to be an event, or an event. */
  next({ log }: GrowingLog): number {
    const seq = this.head(log) + 1
    this.#heads.set(log, seq)
    this.#grown.add(log)
    return seq
  }
}

const headsMax = 10_000
const goneOrDisabled = 'SELECT 1 FROM user WHERE id = ? AND (leftAt IS NOT NULL OR disabledAt IS NOT NULL)'
/** Who came back meanwhile has a marker that is further on. */
const moveMarker = 'UPDATE member SET readUpTo = ? WHERE log = ? AND user = ? AND readUpTo < ?1'
