import { ConnectionNews } from '../printing/connection-news.ts'
import type { Look } from '../printing/look.ts'
import { beforeSignal } from './before-signal.ts'
import { complete } from './completing.ts'
import { Editing } from './editing.ts'
import { EnteredLines } from './entered-lines.ts'
import type { LineTerminal } from './line-terminal.ts'
import { Moving } from './moving.ts'
import type { Place } from './place.ts'
import { Questions } from './questions.ts'
import { Revising } from './revising.ts'
import { Sending } from './sending.ts'
import { type Unfinished, unfinishedError, unfinishedLines } from './unfinished.ts'

/** How long leaving waits for what is under way, and from when on it says so. */
const farewellMs = 2_000
const farewellToldMs = 500

/** What `join` is on a terminal: shows what is said in a room, and says what is entered. */
export class Conversation {
  readonly #place: Place
  readonly #terminal: LineTerminal
  readonly #look: Look
  readonly #news = new ConnectionNews()
  readonly #leaving = new AbortController()
  readonly #hurry = new AbortController()
  readonly #questions: Questions
  readonly #editing: Editing
  readonly #revising: Revising
  readonly #sending: Sending
  readonly #moving: Moving
  readonly #enteredLines: EnteredLines
  /** Asked for by a signal. */
  #exitCode: number | undefined
  /** What has ended it, beside the reading. */
  #cause: unknown
  #isOffline = false

  constructor(place: Place, terminal: LineTerminal, look: Look) {
    this.#place = place
    this.#terminal = terminal
    this.#look = look
    const { signal } = this.#leaving
    const stay = () => this.#moving.stay
    this.#questions = new Questions(place.client, terminal, look, signal)
    this.#editing = new Editing(terminal.line, stay, () => this.#tellEditing())
    this.#revising = new Revising(place, { terminal, editing: this.#editing, stay })
    this.#sending = new Sending(
      place,
      { terminal, look },
      {
        stay,
        changed: () => this.#showPrompt(),
        giveBack: (returned) => this.#editing.giveBack(returned),
        shutOut: (error) => this.#shutOut(error)
      }
    )
    this.#moving = new Moving(
      place,
      { terminal, look, call: this.#questions.call },
      {
        connected: () => {
          this.#isOffline = false
          this.#showPrompt()
          this.#sending.outbox.resume()
        },
        caughtUp: (came) => this.#say(this.#news.found(came)),
        disconnected: (note) => {
          if (note.error) {
            this.#sending.outbox.pause()
            this.#isOffline = true
            this.#showPrompt()
          }
          this.#say(this.#news.lost(note, '; what you send waits here'))
        },
        replaced: () => this.#editing.restart(),
        said: (message) => this.#sending.said(message),
        leaving: () => this.#editing.leaveRoom(),
        moved: () => this.#showPrompt()
      },
      signal
    )
    const parts = {
      terminal,
      questions: this.#questions,
      editing: this.#editing,
      moving: this.#moving,
      revising: this.#revising,
      sending: this.#sending
    }
    this.#enteredLines = new EnteredLines(parts, look, () => this.#leave(), signal)
  }

  /**
   * Until somebody leaves.
   * @throws CommandError when something is left undone; whatever ends the reading for good
   */
  async run(): Promise<void> {
    this.#terminal.open({
      line: (text) => this.#enteredLines.enter(text),
      emptyLine: () => this.#emptyLine(),
      leave: (exitCode) => this.#leave(exitCode),
      interrupt: () => this.#interrupt(),
      dropped: () => this.#leaveEdit(() => this.#editing.dropped()),
      older: () => this.#editing.older(),
      newer: () => this.#leaveEdit(() => this.#editing.newer()),
      escape: () => this.#leaveEdit(() => this.#editing.stop()),
      complete: () => void this.#complete(),
      quiet: () => this.#editing.offer()
    })
    this.#showPrompt()
    // After a crash too, and when a second signal has ended it.
    process.once('exit', this.#tellUnfinished)
    try {
      const cause = await this.#moving.read().then(
        () => this.#cause,
        (error: unknown) => error
      )
      // Whatever has ended the reading would refuse the rest as well.
      if (cause !== undefined) this.#sending.outbox.pause()
      await this.#farewell()
      this.#terminal.close()
      const exitCode = this.#exitCode
      const unfinished = { ...this.#unfinished, returned: cause === undefined ? this.#editing.returned : this.#editing.all }
      const error = unfinishedError(unfinished, (room) => this.#place.flags(room), { cause, exitCode }) ?? cause
      process.off('exit', this.#tellUnfinished)
      if (error !== undefined) throw error
      process.exitCode = exitCode
    } finally {
      this.#terminal.close()
    }
  }

  #leave(exitCode?: number): void {
    this.#exitCode ??= exitCode
    this.#terminal.line.takeNoLines()
    this.#editing.end()
    this.#leaving.abort()
  }

  #shutOut(error: unknown): void {
    this.#cause = error
    this.#leave()
  }

  #interrupt(): void {
    if (this.#leaving.signal.aborted) this.#hurry.abort()
    else this.#leave()
  }

  /** Give what is under way some time to end, and end it then. */
  async #farewell(): Promise<void> {
    this.#leave()
    const { presence, progress, transcript } = this.#moving.stay
    presence.pause()
    const told = setTimeout(() => this.#terminal.notice('waiting for the server; Ctrl-C quits at once'), farewellToldMs)
    const late = setTimeout(() => this.#hurry.abort(), farewellMs)
    const { signal } = this.#hurry
    await Promise.all([
      this.#sending.outbox.close(signal),
      this.#revising.changes.close(signal),
      beforeSignal(this.#moving.joining?.done, signal),
      beforeSignal(progress.close(), signal)
    ])
    progress.abort()
    clearTimeout(told)
    clearTimeout(late)
    transcript.end()
  }

  get #unfinished(): Unfinished {
    return {
      texts: this.#sending.outbox.unsent,
      returned: this.#editing.returned,
      changes: this.#revising.changes.lines
    }
  }

  readonly #tellUnfinished = (): void => {
    const lines = unfinishedLines(this.#unfinished, (room) => this.#place.flags(room))
    if (lines.length > 0) process.stderr.write(`chat: ${lines.join('\n')}\n`)
  }

  #emptyLine(): void {
    const { message } = this.#editing
    if (message) {
      this.#terminal.notice(`${message.id} stays as it is. To delete it: /delete ${message.id}`)
      this.#editing.stop()
    } else if (this.#isOffline) {
      this.#terminal.notice('no connection. Trying again; what you send waits here')
    } else {
      void this.#moving.stay.tellHere('up to date')
    }
  }

  async #complete(): Promise<void> {
    const { client } = this.#place
    await complete(this.#terminal, { client, stay: this.#moving.stay, call: this.#questions.call })
  }

  #tellEditing(): void {
    const { message } = this.#editing
    this.#showPrompt()
    // There it is not said by a prompt.
    if (this.#look.plain && message) this.#terminal.remark(`editing ${message.id}: Enter replaces it, Esc leaves it as it is`)
  }

  /** Do what may leave a message as it is. */
  #leaveEdit<T>(leave: () => T): T {
    const { message } = this.#editing
    const result = leave()
    // There it is not said by a prompt.
    if (this.#look.plain && message && !this.#editing.message) this.#terminal.remark(`${message.id} stays as it is`)
    return result
  }

  /** Where what is typed goes, and how that place is. */
  #showPrompt(): void {
    const { message } = this.#editing
    const { told } = this.#sending
    const state = this.#isOffline ? ' (offline)' : told > 0 ? ` (sending ${told})` : ''
    this.#terminal.line.prompt = `${message ? `edit ${message.id}` : this.#moving.stay.room}${state}`
  }

  #say(sentence: string | undefined): void {
    if (sentence !== undefined) this.#terminal.notice(sentence)
  }
}
