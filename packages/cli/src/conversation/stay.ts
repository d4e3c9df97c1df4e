import type { CallOptions, FollowNote } from '@tertulia/client'
import type { LogEvent, Message } from '@tertulia/protocol'
import type { Look } from '../printing/look.ts'
import type { LineTerminal } from './line-terminal.ts'
import type { Place } from './place.ts'
import { namedHereMax, Presence } from './presence.ts'
import { ReadProgress } from './read-progress.ts'
import { Reading } from './reading.ts'
import { Transcript } from './transcript.ts'

export interface StayListener {
  connected(): void
  /** Everything is there; after a lost connection: how many messages of others came meanwhile. */
  caughtUp(came?: number): void
  disconnected(note: Extract<FollowNote, { type: 'disconnected' }>): void
  /** What comes next is another history, in which numbers mean other messages. */
  replaced(): void
  /** Somebody said something. true: it stands on the screen already. */
  said(message: Message): boolean
}

/** Where what is read is shown. */
export interface StaySurroundings {
  terminal: LineTerminal
  look: Look
  /** With which every request is made that somebody waits for. */
  call: CallOptions
}

/** A stay in one room: what is read there and shown, until another room is entered. */
export class Stay {
  readonly room: string
  readonly transcript: Transcript
  readonly presence: Presence
  /** How far the room has been read. */
  readonly progress: ReadProgress
  readonly #me: string
  readonly #terminal: LineTerminal
  readonly #look: Look
  readonly #listener: StayListener
  readonly #reading: Reading
  readonly #end = new AbortController()

  constructor(room: string, { client, me }: Place, { terminal, look, call }: StaySurroundings, listener: StayListener) {
    this.room = room
    this.#me = me
    this.#terminal = terminal
    this.#look = look
    this.#listener = listener
    this.progress = new ReadProgress((upTo, signal) => client.readMarkers.put(room, upTo, { retry: false, signal }))
    this.transcript = new Transcript(terminal, { look, me }, (id) => this.progress.shown(id))
    this.presence = new Presence({
      me,
      ask: async () => {
        const { members, next } = await client.members.list(room, { connected: true, limit: namedHereMax, ...call })
        return { names: members.map(({ name }) => name), isAll: next === undefined }
      },
      changed: (sentence) => terminal.notice(sentence)
    })
    this.#reading = new Reading(client, room, {
      past: (page, marker) => {
        if (marker) this.progress.marked = marker.readUpTo
        this.transcript.past(page, marker)
      },
      connected: () => {
        this.progress.online = true
        listener.connected()
      },
      caughtUp: (missed) => this.#caughtUp(missed),
      event: (event) => this.#show(event, true),
      presence: (note) => this.presence.hear(note),
      disconnected: (note) => {
        if (note.error) this.progress.online = false
        listener.disconnected(note)
      },
      replaced: (sentence) => {
        this.transcript.restart()
        this.progress.restart()
        listener.replaced()
        terminal.notice(sentence)
      }
    })
  }

  /** Of the life of the store that is being read. */
  get epoch(): string | undefined {
    return this.#reading.epoch
  }

  /** Another room has been entered. */
  get isOver(): boolean {
    return this.#end.signal.aborted
  }

  /** Until the stay is over, or the signal. @throws whatever ends the reading for good */
  read(signal: AbortSignal): Promise<void> {
    return this.#reading.run(AbortSignal.any([signal, this.#end.signal]))
  }

  end(): void {
    this.presence.pause()
    void this.progress.close()
    this.#end.abort()
    this.transcript.end()
  }

  /** Say who is here, behind something else. */
  async tellHere(what: string): Promise<void> {
    const who = await this.presence.sentence().catch(() => undefined)
    if (!this.isOver) this.#terminal.notice(who === undefined ? what : `${what}. ${who}`)
  }

  #caughtUp(missed: readonly LogEvent[] | undefined): void {
    if (missed) {
      const ofOthers = missed.filter((event) => event.type === 'message.created' && event.message.author.name !== this.#me)
      this.#listener.caughtUp(ofOthers.length)
      for (const event of missed) this.#show(event, false)
      this.presence.askSoon()
    } else {
      this.#listener.caughtUp()
      void this.tellHere('up to date').then(() => {
        // Whoever listens has no use for who comes and goes.
        if (!this.#look.plain && !this.isOver) this.presence.watch()
      })
    }
  }

  #show(event: LogEvent, isLive: boolean): void {
    if (!(event.type === 'message.created' && this.#listener.said(event.message))) this.transcript.event(event, isLive)
    if (event.type === 'member.left') this.presence.askSoon()
  }
}
