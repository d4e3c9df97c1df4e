import type { HistoryPage } from '@tertulia/client'
import type { LogEvent, Message } from '@tertulia/protocol'
import { messageOf } from '@tertulia/protocol/message-of'
import { callsUs, type Look } from '../printing/look.ts'
import { Timeline } from '../printing/timeline.ts'
import type { LineTerminal } from './line-terminal.ts'
import { OwnMessages } from './own-messages.ts'
import { type Marker, pastShown } from './past.ts'

/** Messages of a room are counted from here. */
const firstId = 1

/** What is shown of a room, on a terminal, in its order; and what is known from it. */
export class Transcript {
  readonly own: OwnMessages
  /** Of those who have been seen here. */
  readonly names = new Set<string>()
  readonly #terminal: LineTerminal
  readonly #look: Look
  readonly #me: string
  readonly #onShown: (id: number) => void
  /** What we have sent, as the answers say, and has not come in the log yet. */
  readonly #acknowledged = new Map<number, Message>()
  #timeline: Timeline
  #oldest: number | undefined

  /** @param onShown  told when a message of somebody else stands on the screen */
  constructor(terminal: LineTerminal, { look, me }: { look: Look; me: string }, onShown: (id: number) => void) {
    this.#terminal = terminal
    this.#look = look
    this.#me = me
    this.#onShown = onShown
    this.own = new OwnMessages(me)
    this.#timeline = this.#newTimeline()
  }

  /** From this message on everything is shown; undefined: nothing is. */
  get oldest(): number | undefined {
    return this.#oldest
  }

  /** Numbers of another life of the store mean other messages. */
  restart(): void {
    this.#timeline = this.#newTimeline()
    this.#oldest = undefined
    this.own.forget()
    this.#acknowledged.clear()
  }

  past({ messages, earlier }: HistoryPage, marker: Marker | undefined): void {
    const past = pastShown(messages, marker, this.#me)
    if (earlier || past.messages.length < messages.length) this.#terminal.notice('older messages: /history')
    for (const message of messages) this.#know(message)
    // Where nothing had been said, all that follows will be shown.
    this.#oldest = past.messages[0]?.id ?? firstId
    for (const message of past.messages) {
      if (message === past.firstUnread && past.heading !== undefined) this.#terminal.notice(past.heading)
      this.#print(message, this.#timeline.message(message))
    }
  }

  /** @param isLive  it has just been said: whoever is called hears it */
  event(event: LogEvent, isLive: boolean): void {
    const message = messageOf(event)
    const lines = this.#timeline.event(event)
    if (!message) {
      this.#terminal.print(lines)
      return
    }
    this.#know(message)
    if (isLive && event.type === 'message.created' && lines.length > 0 && callsUs(this.#look, message)) this.#terminal.ring()
    this.#print(message, lines)
  }

  /** The server has taken a message of ours, which will come in the log, or has. */
  acknowledged(message: Message): void {
    if (!this.own.get(message.id)) this.#acknowledged.set(message.id, message)
  }

  /** Nothing more will come: show what was sent and has not come. */
  end(): void {
    for (const message of this.#acknowledged.values()) this.#print(message, this.#timeline.message(message))
    this.#acknowledged.clear()
  }

  /** Show a message, also when it has been shown before. */
  again(message: Message): void {
    this.#know(message)
    this.#terminal.print(this.#timeline.lines(message), { isMessage: true })
  }

  /** Take a message for shown. false: it has been shown before. */
  note(message: Message): boolean {
    this.#know(message)
    return this.#timeline.note(message)
  }

  /** Messages from before the oldest that is shown, below everything. */
  earlier(messages: readonly Message[]): void {
    for (const message of messages) this.again(message)
    this.#oldest = messages[0]?.id ?? this.#oldest
  }

  #print(message: Message, lines: readonly string[]): void {
    const isOthers = message.author.name !== this.#me
    if (lines.length > 0)
      this.#terminal.print(lines, { isMessage: true, onShown: isOthers ? () => this.#onShown(message.id) : undefined })
  }

  #know(message: Message): void {
    this.own.note(message)
    this.#acknowledged.delete(message.id)
    if (message.author.name !== this.#me) this.names.add(message.author.name)
  }

  #newTimeline(): Timeline {
    return new Timeline(() => this.#terminal.columns, [], this.#look)
  }
}
