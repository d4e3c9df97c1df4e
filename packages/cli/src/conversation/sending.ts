import type { Message } from '@tertulia/protocol'
import { sendLine } from '../printing/command-lines.ts'
import type { Look } from '../printing/look.ts'
import type { Returned } from './editing.ts'
import { failureWords } from './failure-words.ts'
import type { LineTerminal } from './line-terminal.ts'
import { Outbox, type Outgoing } from './outbox.ts'
import type { Place } from './place.ts'
import { quoted } from './quoted.ts'
import type { Stay } from './stay.ts'

/** From when on it is told that something is on its way. */
const toldMs = 300

export interface SendingListener {
  /** The one that somebody is in. */
  stay(): Stay
  /** Something was put on its way, or has come to an end, or {@link Sending.told} is another number. */
  changed(): void
  /** A text that was refused, to be typed on. */
  giveBack(returned: Returned): void
  /** Nothing can be sent any more. */
  shutOut(error: unknown): void
}

/** Sends what is entered, and says what becomes of it. */
export class Sending {
  readonly outbox: Outbox
  readonly #place: Place
  readonly #terminal: LineTerminal
  readonly #look: Look
  readonly #listener: SendingListener
  #toldSoon: NodeJS.Timeout | undefined
  /** Something has been on its way for long enough to be told. */
  #isTold = false

  constructor(place: Place, { terminal, look }: { terminal: LineTerminal; look: Look }, listener: SendingListener) {
    this.#place = place
    this.#terminal = terminal
    this.#look = look
    this.#listener = listener
    this.outbox = new Outbox({
      post: ({ room, text, key }, signal) =>
        place.client.messages.post(room, { text }, { idempotencyKey: key, retry: false, signal }),
      sent: (outgoing, message) => this.#sent(outgoing, message),
      waits: ({ text }, position) => terminal.notice(`waiting to be sent (${position}): ${quoted(text)}`),
      delayed: ({ status, code, mayHaveArrived }, ms) =>
        terminal.notice(
          `${mayHaveArrived ? 'may or may not have been sent' : 'not sent'}: ${status} ${code}. Trying again in ${Math.max(1, Math.round(ms / 1000))} s`
        ),
      refused: (outgoing, error) => this.#refused(outgoing, error),
      shutOut: (error) => listener.shutOut(error)
    })
  }

  /** So many texts are on their way, and have been for long enough to be told. */
  get told(): number {
    return this.#isTold ? this.outbox.unsent.length : 0
  }

  send(text: string): void {
    this.outbox.add(text, this.#listener.stay().room)
    this.#toldSoon ??= setTimeout(() => {
      this.#isTold = true
      this.#listener.changed()
    }, toldMs).unref()
    this.#listener.changed()
  }

  /** A message has come in the log. true: it is ours, and what was typed stands on the screen already, as it does in plain mode. */
  said(message: Message): boolean {
    const outgoing = this.#look.plain ? this.#mine(message) : undefined
    if (!outgoing || outgoing.waited) return false
    this.#sent(outgoing, message)
    return true
  }

  /** What we are just sending, seen in the log before the answer to it came. */
  #mine({ author, text, room }: Message): Outgoing | undefined {
    const [first] = this.outbox.unsent
    return first && author.name === this.#place.me && text === first.text && room === first.room ? first : undefined
  }

  #sent({ room, waited }: Outgoing, message: Message): void {
    const stay = this.#listener.stay()
    this.#settled()
    if (room !== stay.room) this.#terminal.notice(`sent to ${room}: ${message.id}`)
    else if (!this.#look.plain) stay.transcript.acknowledged(message)
    else if (!waited && stay.transcript.note(message)) this.#terminal.notice(`sent: ${message.id}`)
  }

  #refused({ room, text, key, inDoubt }: Outgoing, error: unknown): void {
    this.#settled()
    const why = `${text.trim() === '' ? '' : `${quoted(text)}. `}${failureWords(error)}`
    const isElsewhere = room !== this.#listener.stay().room
    if (inDoubt) this.#tellLine(`may or may not have been sent: ${why}. Repeat safely with`, room, text, key)
    else if (isElsewhere) this.#tellLine(`not sent to ${room}: ${why}. Send it there with`, room, text)
    else {
      this.#terminal.notice(`not sent: ${why}`)
      this.#listener.giveBack({ room, text })
    }
  }

  #tellLine(sentence: string, room: string, text: string, key?: string): void {
    this.#terminal.notice(sentence)
    this.#terminal.print(sendLine(text, this.#place.flags(room), key).split('\n'))
  }

  /** Something that was on its way has come to an end. */
  #settled(): void {
    if (this.outbox.unsent.length === 0) {
      clearTimeout(this.#toldSoon)
      this.#toldSoon = undefined
      this.#isTold = false
    }
    this.#listener.changed()
  }
}
