import type { LineTerminal } from './line-terminal.ts'
import type { OwnMessage, OwnMessages } from './own-messages.ts'

/** A text that was refused, and comes back to be typed on. */
interface Returned {
  text: string
  /** It was to replace this message. */
  edits?: OwnMessage | undefined
}

/** What the line is when it is no new message: one of our own that is edited, or a text that came back. */
export class Editing {
  readonly #terminal: Pick<LineTerminal, 'draft'>
  readonly #own: () => OwnMessages
  readonly #changed: () => void
  readonly #returned: Returned[] = []
  #message: OwnMessage | undefined
  /** What was being typed before. */
  #before = ''
  #isOver = false

  /**
   * @param own  those of the room
   * @param changed  told when another message is edited, or none any more
   */
  constructor(terminal: Pick<LineTerminal, 'draft'>, own: () => OwnMessages, changed: () => void) {
    this.#terminal = terminal
    this.#own = own
    this.#changed = changed
  }

  /** The message that is being edited, as it was when that began. */
  get message(): OwnMessage | undefined {
    return this.#message
  }

  start(message: OwnMessage, text = message.text): void {
    if (!this.#message) this.#before = this.#terminal.draft
    this.#message = message
    this.#terminal.draft = ''
    this.#changed()
    this.#terminal.draft = text
  }

  /** Leave the message as it is, and bring back what was being typed before. */
  stop(): void {
    if (this.#message) {
      this.#message = undefined
      this.#terminal.draft = this.#before
      this.#changed()
    }
    this.offer()
  }

  /** The line was dropped, with what was being typed before. */
  dropped(): void {
    this.#before = ''
    this.stop()
  }

  /** An older message, if this one has not been changed. false: there is none to go to from here. */
  older(): boolean {
    if (this.#terminal.draft !== (this.#message?.text ?? '')) return false
    const message = this.#own().older(this.#message?.id)
    if (message) this.start(message)
    return message !== undefined
  }

  newer(): boolean {
    if (!this.#message || this.#terminal.draft !== this.#message.text) return false
    const message = this.#own().newer(this.#message.id)
    if (message) this.start(message)
    else this.stop()
    return true
  }

  /** Type on a text that was refused, as soon as nothing else is being typed. */
  giveBack(text: string, edits?: OwnMessage): void {
    this.#returned.push({ text, edits })
    this.offer()
  }

  /** Nothing may be being typed now. */
  offer(): void {
    if (this.#message || this.#terminal.draft !== '' || this.#isOver) return
    const returned = this.#returned.shift()
    if (!returned) return
    if (returned.edits) this.start(returned.edits, returned.text)
    else this.#terminal.draft = returned.text
  }

  /** Nobody types any more. */
  end(): void {
    this.#isOver = true
  }
}
