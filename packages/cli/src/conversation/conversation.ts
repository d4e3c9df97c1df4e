import { ConnectionNews } from '../printing/connection-news.ts'
import type { Look } from '../printing/look.ts'
import { beforeSignal } from './before-signal.ts'
import { choices } from './choices.ts'
import { completed, completionOf } from './completion.ts'
import { Editing } from './editing.ts'
import { failureWords } from './failure-words.ts'
import type { LineTerminal } from './line-terminal.ts'
import type { Place } from './place.ts'
import { Questions } from './questions.ts'
import { Revising } from './revising.ts'
import { Sending } from './sending.ts'
import { readEntered, slashHelp } from './slash-commands.ts'
import { Stay } from './stay.ts'
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
  #stay: Stay
  /** Asked for by a signal. */
  #exitCode: number | undefined
  /** Another room that is being joined; true: it is the room now. */
  #joining: { room: string; done: Promise<boolean> } | undefined
  /** What has ended it, beside the reading. */
  #cause: unknown
  #isOffline = false

  constructor(place: Place, terminal: LineTerminal, look: Look) {
    this.#place = place
    this.#terminal = terminal
    this.#look = look
    this.#questions = new Questions(place.client, terminal, look, this.#leaving.signal)
    const stay = () => this.#stay
    this.#editing = new Editing(
      terminal.line,
      () => this.#stay,
      () => this.#tellEditing()
    )
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
    this.#stay = this.#enter(place.room)
  }

  /**
   * Until somebody leaves.
   * @throws CommandError when something is left undone; whatever ends the reading for good
   */
  async run(): Promise<void> {
    this.#terminal.open({
      line: (text) => this.#line(text),
      emptyLine: () => this.#emptyLine(),
      leave: (exitCode) => this.#leave(exitCode),
      interrupt: () => this.#interrupt(),
      dropped: () => this.#leaveEdit(() => this.#editing.dropped()),
      older: () => this.#editing.older(),
      newer: () => this.#leaveEdit(() => this.#editing.newer()),
      escape: () => this.#leaveEdit(() => this.#editing.stop()),
      complete: (before) => void this.#complete(before),
      quiet: () => this.#editing.offer()
    })
    this.#showPrompt()
    // After a crash too, and when a second signal has ended it.
    process.once('exit', this.#tellUnfinished)
    try {
      const cause = await this.#read().then(
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

  /** In one room after the other. */
  async #read(): Promise<void> {
    while (!this.#leaving.signal.aborted) {
      const stay = this.#stay
      await stay.read(this.#leaving.signal)
      if (!stay.isOver) return
    }
  }

  #enter(room: string): Stay {
    const surroundings = { terminal: this.#terminal, look: this.#look, call: this.#questions.call }
    return new Stay(room, this.#place, surroundings, {
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
      said: (message) => this.#sending.said(message)
    })
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
    this.#terminal.line.takeNoLines()
    this.#leaving.abort()
    const { presence, progress } = this.#stay
    presence.pause()
    const told = setTimeout(() => this.#terminal.notice('waiting for the server; Ctrl-C quits at once'), farewellToldMs)
    const late = setTimeout(() => this.#hurry.abort(), farewellMs)
    const { signal } = this.#hurry
    await Promise.all([
      this.#sending.outbox.close(signal),
      this.#revising.changes.close(signal),
      beforeSignal(this.#joining?.done, signal),
      beforeSignal(progress.close(), signal)
    ])
    progress.abort()
    clearTimeout(told)
    clearTimeout(late)
    this.#sending.showAcknowledged()
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

  #line(line: string): void {
    const { message } = this.#editing
    if (message) this.#revising.edited(message, line)
    else if (this.#joining) void this.#enterLater(line, this.#joining.room)
    else this.#entered(line)
    this.#editing.offer()
  }

  #emptyLine(): void {
    const { message } = this.#editing
    if (message) {
      this.#terminal.notice(`${message.id} stays as it is. To delete it: /delete ${message.id}`)
      this.#editing.stop()
    } else if (this.#isOffline) {
      this.#terminal.notice('no connection. Trying again; what you send waits here')
    } else {
      void this.#stay.tellHere('up to date')
    }
  }

  #entered(line: string): void {
    const { room, presence, transcript } = this.#stay
    const entered = readEntered(line)
    switch (entered.type) {
      case 'send':
        this.#sending.send(entered.text)
        break
      case 'quit':
        this.#leave()
        break
      case 'help':
        this.#terminal.print(slashHelp(this.#terminal.columns, this.#look.plain))
        break
      case 'wrong':
        this.#terminal.notice(entered.sentence)
        break
      case 'who':
        void this.#answer('tell who is here', async () => {
          // A connection that broke without a word is known to be gone only after a while.
          this.#terminal.notice(`${await presence.sentence()}. Whoever lost the network may be listed a little longer`)
        })
        break
      case 'rooms':
        void this.#answer('list the rooms', () => this.#questions.rooms())
        break
      case 'join':
        this.#joining = { room: entered.room, done: this.#tryJoin(entered.room) }
        break
      case 'history':
        void this.#answer('show older messages', () => this.#questions.older(room, transcript, entered.count))
        break
      case 'search':
        void this.#answer('search', () => this.#questions.search(entered.words))
        break
      case 'edit':
        this.#revising.edit(entered.id, entered.text)
        break
      case 'delete':
        this.#revising.delete(entered.id)
        break
    }
  }

  /** Do what an entered command asks the server for, or say why it cannot be done. */
  async #answer(what: string, ask: () => Promise<void>): Promise<void> {
    const stay = this.#stay
    try {
      await ask()
    } catch (error) {
      if (!this.#leaving.signal.aborted && !stay.isOver) this.#terminal.notice(`cannot ${what}: ${failureWords(error)}`)
    }
  }

  /** @returns whether that is the room now */
  async #tryJoin(wished: string): Promise<boolean> {
    let isThere = false
    await this.#answer(`join ${wished}`, async () => {
      isThere = await this.#join(wished)
    })
    this.#joining = undefined
    return isThere
  }

  /** What is entered while another room is being joined is meant for that one, and for no other. */
  async #enterLater(line: string, room: string): Promise<void> {
    let isThere = true
    while (this.#joining) isThere = await this.#joining.done
    const entered = readEntered(line)
    if (isThere || entered.type !== 'send') this.#entered(line)
    else this.#editing.giveBack({ room, text: entered.text })
  }

  async #join(wished: string): Promise<boolean> {
    const { client, me, entered } = this.#place
    await client.members.put(wished, 'me', this.#questions.call)
    const { name } = await client.rooms.get(wished, this.#questions.call)
    const left = this.#stay
    if (this.#leaving.signal.aborted || left.isOver) return false
    if (name === left.room) {
      this.#terminal.notice(`you are in ${name}`)
      return true
    }
    const returned = this.#editing.leaveRoom()
    this.#stay = this.#enter(name)
    left.end()
    entered(name)
    const lines = unfinishedLines({ texts: [], returned, changes: [] }, (room) => this.#place.flags(room))
    this.#terminal.print(lines.flatMap((line) => line.split('\n')))
    this.#terminal.notice(`joined ${name} as ${me}`)
    this.#showPrompt()
    return true
  }

  async #complete(before: string): Promise<void> {
    const completion = completionOf(before)
    if (!completion) return
    const { client } = this.#place
    const found = await choices(completion, { client, stay: this.#stay, call: this.#questions.call }).catch(() => [])
    // Somebody has typed on meanwhile.
    if (this.#terminal.line.beforeCursor !== before) return
    const by = completed(completion, found)
    if (by !== undefined) this.#terminal.line.replaceBefore(completion.typed.length, by)
    else if (found.length > 1) this.#terminal.remark(found.join(', '))
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
    this.#terminal.line.prompt = `${message ? `edit ${message.id}` : this.#stay.room}${state}`
  }

  #say(sentence: string | undefined): void {
    if (sentence !== undefined) this.#terminal.notice(sentence)
  }
}
