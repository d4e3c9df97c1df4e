import type { LineEditor } from './line-editor.ts'
import type { OwnMessage } from './own-messages.ts'
import { readEntered } from './slash-commands.ts'
import type { Stay } from './stay.ts'

/** A text that was not sent, or has not replaced this message. */
export interface Returned {
  room: string
  text: string
  /** Of the message. */
  id?: number | undefined
}

/** What the line is when it is no new message: one of our own that is edited, or a text that came back. */
export class Editing {
  readonly #line: Pick<LineEditor, 'draft' | 'isQuiet'>
  readonly #stay: () => Pick<Stay, 'room' | 'transcript'>
  readonly #changed: () => void
  readonly #returned: Returned[] = []
  /** The one that has come back last. */
  #offered: Returned | undefined
  #message: OwnMessage | undefined
  /** What was being typed before. */
  #before = ''
  #isOver = false

  /**
   * @param stay  in the room to which what is typed goes
   * @param changed  told when another message is edited, or none any more
   */
  constructor(line: Pick<LineEditor, 'draft' | 'isQuiet'>, stay: () => Pick<Stay, 'room' | 'transcript'>, changed: () => void) {
    this.#line = line
    this.#stay = stay
    this.#changed = changed
  }

  /** The message that is being edited, as it was when that began. */
  get message(): OwnMessage | undefined {
    return this.#message
  }

  start(message: OwnMessage, text = message.text): void {
    if (!this.#message) this.#before = this.#line.draft
    this.#message = message
    this.#line.draft = ''
    this.#changed()
    this.#line.draft = text
  }

  /** Leave the message as it is, and bring back what was being typed before. */
  stop(): void {
    if (this.#message) {
      this.#message = undefined
      this.#line.draft = this.#before
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
    if (this.#line.draft !== (this.#message?.text ?? '')) return false
    const message = this.#own.older(this.#message?.id)
    if (message) this.start(message)
    return message !== undefined
  }

  newer(): boolean {
    if (!this.#message || this.#line.draft !== this.#message.text) return false
    const message = this.#own.newer(this.#message.id)
    if (message) this.start(message)
    else this.stop()
    return true
  }

  /** Type on a text that was refused, as soon as nobody is typing something else. */
  giveBack(returned: Returned): void {
    this.#returned.push(returned)
    this.offer()
  }

  /** Nothing may be being typed now. Whoever types letter after letter never finds another text before them. */
  offer(): void {
    if (this.#message || this.#line.draft !== '' || !this.#line.isQuiet || this.#isOver) return
    const returned = this.#returned.shift()
    if (!returned) return
    this.#offered = returned
    const { id, text } = returned
    const known = id === undefined ? undefined : this.#own.get(id)
    if (known) this.start(known, text)
    else this.#line.draft = asTyped(returned)
  }

  /** Another room is entered: what came back belongs to the one that was left, and so does a message that is being edited. */
  leaveRoom(): Returned[] {
    const offered = this.#offered
    const isUntouched = offered !== undefined && !this.#message && this.#line.draft === asTyped(offered)
    if (isUntouched) this.#line.draft = ''
    const left = [...this.#returned.splice(0), ...this.#edit]
    this.#offered = undefined
    this.stop()
    return isUntouched ? [offered, ...left] : left
  }

  /** Numbers mean other messages from here on: the one that has this number now is never taken for the one that is being edited. */
  restart(): void {
    if (this.#message) this.#message = { ...this.#message, rev: noRev }
  }

  /** What came back and nobody has seen. */
  get returned(): readonly Returned[] {
    return this.#returned
  }

  /** What came back, what is being typed, and what was before a message was edited: whatever is lost if it ends now. */
  get all(): Returned[] {
    const { room } = this.#stay()
    const { draft } = this.#line
    const texts = [...this.#returned, ...textOf(room, this.#message ? this.#before : draft), ...this.#edit]
    return texts.filter(({ text }) => text.trim() !== '')
  }

  /** Nobody types any more. */
  end(): void {
    this.#isOver = true
  }

  /** What is to replace the message that is being edited, and would not be what it is. */
  get #edit(): Returned[] {
    const message = this.#message
    const { draft } = this.#line
    return message && draft !== message.text ? [{ room: this.#stay().room, text: draft, id: message.id }] : []
  }

  get #own() {
    return this.#stay().transcript.own
  }
}

/** Of no state of any message. */
const noRev = 0

/** So that Enter does with it what it did before. */
const asTyped = ({ text, id }: Returned): string =>
  id !== undefined ? `/edit ${id} ${text}` : text.startsWith('/') ? `/${text}` : text

/** What entering this line would have sent. */
function textOf(room: string, line: string): Returned[] {
  const entered = readEntered(line)
  if (entered.type === 'send') return [{ room, text: entered.text }]
  if (entered.type === 'edit' && entered.text !== undefined) return [{ room, text: entered.text, id: entered.id }]
  return []
}
