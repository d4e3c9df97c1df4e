import { type ChatClient, type FollowNote, ProblemError } from '@tertulia/client'
import type { LogEvent, Message } from '@tertulia/protocol'
import { problemSentence } from '../failing/problem-sentence.ts'
import { deleteLine, editLine, sendLine } from '../printing/command-lines.ts'
import { ConnectionNews } from '../printing/connection-news.ts'
import type { Look } from '../printing/look.ts'
import { beforeSignal } from './before-signal.ts'
import { Changes } from './changes.ts'
import { beginningWith, commandsBeginningWith, completed, completionOf } from './completion.ts'
import { Editing } from './editing.ts'
import type { LineTerminal } from './line-terminal.ts'
import { Outbox, type Outgoing } from './outbox.ts'
import type { OwnMessage } from './own-messages.ts'
import { namedHereMax, Presence } from './presence.ts'
import { Questions } from './questions.ts'
import { ReadProgress } from './read-progress.ts'
import { Reading } from './reading.ts'
import { readEntered, slashHelp } from './slash-commands.ts'
import { Transcript } from './transcript.ts'
import { type Unfinished, unfinishedError, unfinishedLines } from './unfinished.ts'

/** How long leaving waits for what is under way, and from when on it says so. */
const farewellMs = 2_000
const farewellToldMs = 500
/** From when on the prompt says that something is on its way. */
const sendingToldMs = 300
/** Of a text that waits, the beginning is enough to know it again. */
const quotedChars = 200

export interface Place {
  client: ChatClient
  room: string
  /** Our name. */
  me: string
  /** The flags with which another command goes to this room there. */
  flags(room: string): string[]
  /** Another room was entered, which is the usual one from now on. */
  entered(room: string): void
}

/** What `join` is on a terminal: shows what is said in a room, and says what is entered. */
export class Conversation {
  readonly #place: Place
  readonly #terminal: LineTerminal
  readonly #look: Look
  readonly #outbox: Outbox
  readonly #news = new ConnectionNews()
  readonly #leaving = new AbortController()
  readonly #hurry = new AbortController()
  readonly #changes: Changes
  /** The room, and what belongs to the stay in it. */
  #stay: Stay
  /** Asked for by a signal. */
  #exitCode: number | undefined
  #isOffline = false
  #sendingSoon: NodeJS.Timeout | undefined
  /** Something has been on its way for long enough that the prompt says so. */
  #tellsSending = false
  readonly #editing: Editing
  readonly #questions: Questions
  /** What we have sent, as the answers say: in the log it may not have come yet. */
  readonly #acknowledged: Message[] = []

  constructor(place: Place, terminal: LineTerminal, look: Look) {
    this.#place = place
    this.#terminal = terminal
    this.#look = look
    this.#questions = new Questions(place.client, terminal, look, this.#leaving.signal)
    this.#editing = new Editing(
      terminal,
      () => this.#stay.transcript.own,
      () => this.#tellEditing()
    )
    this.#changes = new Changes((what, error) => terminal.notice(`${what}: ${wordsOf(error)}`))
    this.#outbox = new Outbox({
      post: ({ room, text, key }, signal) =>
        place.client.messages.post(room, { text }, { idempotencyKey: key, retry: false, signal }),
      sent: (outgoing, message) => this.#sent(outgoing, message),
      waits: ({ text }, position) => terminal.notice(`waiting to be sent (${position}): ${quoted(text)}`),
      delayed: ({ status, code, mayHaveArrived }, ms) =>
        terminal.notice(
          `${mayHaveArrived ? 'may or may not have been sent' : 'not sent'}: ${status} ${code}. Trying again in ${Math.max(1, Math.round(ms / 1000))} s`
        ),
      refused: (outgoing, error) => this.#refused(outgoing, error)
    })
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
      dropped: () => this.#editing.dropped(),
      older: () => this.#editing.older(),
      newer: () => this.#editing.newer(),
      escape: () => this.#editing.stop(),
      complete: (before) => void this.#complete(before)
    })
    this.#showPrompt()
    // After a crash too, and when a second signal has ended it.
    process.once('exit', this.#tellUnfinished)
    try {
      const cause = await this.#read().then(
        () => undefined,
        (error: unknown) => error
      )
      // Whatever has ended the reading would refuse the rest as well.
      if (cause !== undefined) this.#outbox.pause()
      await this.#farewell()
      this.#terminal.close()
      const exitCode = this.#exitCode
      const error = unfinishedError(this.#unfinished, (room) => this.#place.flags(room), { cause, exitCode }) ?? cause
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
      const { reading, end } = this.#stay
      await reading.run(AbortSignal.any([this.#leaving.signal, end.signal]))
      if (!end.signal.aborted) return
    }
  }

  #enter(room: string): Stay {
    const { client, me } = this.#place
    const progress = new ReadProgress((upTo, signal) => client.readMarkers.put(room, upTo, { retry: false, signal }))
    const transcript = new Transcript(this.#terminal, { look: this.#look, me }, (id) => progress.shown(id))
    const presence = new Presence({
      ask: async () => {
        const here = { connected: true, limit: namedHereMax, ...this.#questions.call }
        const { members, next } = await client.members.list(room, here)
        return { names: members.map(({ name }) => name), isAll: next === undefined }
      },
      changed: (sentence) => this.#terminal.notice(sentence)
    })
    const reading = new Reading(client, room, {
      past: (page, marker) => {
        if (marker) progress.marked = marker.readUpTo
        transcript.past(page, marker)
      },
      connected: () => this.#connected(progress),
      caughtUp: (missed) => this.#caughtUp(missed),
      event: (event) => this.#show(event, true),
      disconnected: (note) => this.#lost(note),
      replaced: (sentence) => {
        transcript.restart()
        this.#terminal.notice(sentence)
      }
    })
    return { room, transcript, progress, presence, reading, end: new AbortController() }
  }

  #leave(exitCode?: number): void {
    this.#exitCode ??= exitCode
    this.#terminal.takeNoLines()
    this.#editing.end()
    this.#leaving.abort()
  }

  #interrupt(): void {
    if (this.#leaving.signal.aborted) this.#hurry.abort()
    else this.#leave()
  }

  /** Give what is under way some time to end, and end it then. */
  async #farewell(): Promise<void> {
    this.#terminal.takeNoLines()
    this.#leaving.abort()
    this.#stay.presence.pause()
    const told = setTimeout(() => this.#terminal.notice('waiting for the server; Ctrl-C quits at once'), farewellToldMs)
    const late = setTimeout(() => this.#hurry.abort(), farewellMs)
    const { signal } = this.#hurry
    await Promise.all([
      this.#outbox.close(signal),
      this.#changes.close(signal),
      beforeSignal(this.#stay.progress.close(), signal)
    ])
    this.#stay.progress.abort()
    clearTimeout(told)
    clearTimeout(late)
    for (const message of this.#acknowledged) if (message.room === this.#stay.room) this.#stay.transcript.message(message)
  }

  get #unfinished(): Unfinished {
    return { texts: this.#outbox.unsent, changes: this.#changes.lines }
  }

  readonly #tellUnfinished = (): void => {
    const lines = unfinishedLines(this.#unfinished, (room) => this.#place.flags(room))
    if (lines.length > 0) process.stderr.write(`chat: ${lines.join('\n')}\n`)
  }

  #connected(progress: ReadProgress): void {
    this.#isOffline = false
    progress.online = true
    this.#showPrompt()
    this.#outbox.resume()
  }

  #caughtUp(missed: readonly LogEvent[] | undefined): void {
    const { presence, end } = this.#stay
    if (missed) {
      const ofOthers = missed.filter((event) => event.type === 'message.created' && event.message.author.name !== this.#place.me)
      this.#say(this.#news.found(ofOthers.length))
      for (const event of missed) this.#show(event, false)
      presence.askSoon()
    } else {
      this.#say(this.#news.found())
      void this.#tellHere('up to date').then(() => {
        // Whoever listens has no use for who comes and goes.
        if (!this.#look.plain && !end.signal.aborted) presence.watch()
      })
    }
  }

  #lost(note: Extract<FollowNote, { type: 'disconnected' }>): void {
    if (note.error) {
      this.#outbox.pause()
      this.#isOffline = true
      this.#stay.progress.online = false
      this.#showPrompt()
    }
    this.#say(this.#news.lost(note, '; what you send waits here'))
  }

  async #tellHere(what: string): Promise<void> {
    const { presence, end } = this.#stay
    const who = await presence.sentence().catch(() => undefined)
    if (!end.signal.aborted) this.#terminal.notice(who === undefined ? what : `${what}. ${who}`)
  }

  #show(event: LogEvent, isLive: boolean): void {
    const { transcript, presence } = this.#stay
    // In plain mode what was typed stands on the screen already.
    const outgoing = event.type === 'message.created' && this.#look.plain ? this.#mine(event.message) : undefined
    if (outgoing && 'message' in event && !outgoing.waited) this.#sent(outgoing, event.message)
    else transcript.event(event, isLive)
    if (event.type === 'member.joined' || event.type === 'member.left') presence.askSoon()
  }

  /** What we are just sending, seen in the log before the answer to it came. */
  #mine({ author, text, room }: Message): Outgoing | undefined {
    const [first] = this.#outbox.unsent
    return first && author.name === this.#place.me && text === first.text && room === first.room ? first : undefined
  }

  #sent({ room, waited }: Outgoing, message: Message): void {
    const { transcript } = this.#stay
    this.#settled()
    if (room !== this.#stay.room) this.#terminal.notice(`sent to ${room}: ${message.id}`)
    else if (!this.#look.plain) this.#acknowledged.push(message)
    else if (!waited && transcript.note(message)) this.#terminal.notice(`sent: ${message.id}`)
  }

  #refused({ room, text, key, inDoubt }: Outgoing, error: unknown): void {
    this.#settled()
    const what = text.trim() === '' ? '' : `${quoted(text)}. `
    if (inDoubt) {
      this.#terminal.notice(`may or may not have been sent: ${what}${wordsOf(error)}. Repeat safely with`)
      this.#terminal.print(sendLine(text, this.#place.flags(room), key).split('\n'))
    } else {
      this.#terminal.notice(`not sent: ${what}${wordsOf(error)}`)
      this.#editing.giveBack(text)
    }
  }

  #line(line: string): void {
    const { message } = this.#editing
    if (message) this.#edited(message, line)
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
      void this.#tellHere('up to date')
    }
  }

  #entered(line: string): void {
    const { client } = this.#place
    const { room, presence, transcript, reading } = this.#stay
    const entered = readEntered(line)
    switch (entered.type) {
      case 'send':
        this.#outbox.add(entered.text, room)
        this.#tellSending()
        break
      case 'quit':
        this.#leave()
        break
      case 'help':
        this.#terminal.print(slashHelp(this.#terminal.columns))
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
        void this.#answer(`join ${entered.room}`, () => this.#join(entered.room))
        break
      case 'history':
        void this.#answer('show older messages', () => this.#questions.older(room, transcript, entered.count))
        break
      case 'search':
        void this.#answer('search', () => this.#questions.search(entered.words))
        break
      case 'edit': {
        const { id, text } = entered
        const known = transcript.own.get(id)
        if (text !== undefined) this.#edit({ id, ifMatch: known && tagOf(reading.epoch, known.rev), byCommand: true }, text)
        else if (known) this.#editing.start(known)
        else this.#terminal.notice(`type the new text as well, as in /edit ${id} hello`)
        break
      }
      case 'delete': {
        const { id } = entered
        const line = deleteLine(id, this.#place.flags(room))
        this.#changes.begin('deleted', line, (signal) => client.messages.delete(room, id, { signal }))
        break
      }
    }
  }

  /** Do what an entered command asks the server for, or say why it cannot be done. */
  async #answer(what: string, ask: () => Promise<void>): Promise<void> {
    const { end } = this.#stay
    try {
      await ask()
    } catch (error) {
      if (!this.#leaving.signal.aborted && !end.signal.aborted) this.#terminal.notice(`cannot ${what}: ${wordsOf(error)}`)
    }
  }

  async #join(wished: string): Promise<void> {
    const { client, me, entered } = this.#place
    await client.members.put(wished, 'me', this.#questions.call)
    const { name } = await client.rooms.get(wished, this.#questions.call)
    const left = this.#stay
    if (name === left.room) return this.#terminal.notice(`you are in ${name}`)
    if (this.#leaving.signal.aborted || left.end.signal.aborted) return
    left.presence.pause()
    void left.progress.close()
    this.#stay = this.#enter(name)
    left.end.abort()
    entered(name)
    this.#terminal.notice(`joined ${name} as ${me}`)
    this.#showPrompt()
  }

  /** Replace a message, unless it has changed since it was as we know it. */
  #edit({ id, ifMatch, byCommand }: { id: number; ifMatch?: string | undefined; byCommand: boolean }, text: string): void {
    const { client } = this.#place
    const { room } = this.#stay
    const line = editLine(id, text, this.#place.flags(room))
    const edit = (signal: AbortSignal) => client.messages.edit(room, id, { text }, { ifMatch, signal })
    this.#changes.begin('edited', line, edit, (error) => this.#notEdited({ id, byCommand }, text, error))
  }

  /** @returns whether everything is told */
  #notEdited({ id, byCommand }: { id: number; byCommand: boolean }, text: string, error: unknown): boolean {
    if (!(error instanceof ProblemError) || error.mayHaveArrived || error.code === 'message-deleted') return false
    const { transcript } = this.#stay
    const current = error.code === 'stale' ? (error.problem.current as Message | undefined) : undefined
    if (current) {
      this.#terminal.notice(`not edited: ${id} has been changed in the meantime [412 stale]. It says now:`)
      transcript.again(current)
      this.#terminal.notice(`yours is: ${quoted(text)}. Enter sends it all the same, Esc drops it`)
    }
    const known = transcript.own.get(id)
    if (known && (current || !byCommand)) this.#editing.giveBack(text, known)
    // The text alone would be sent as a new message.
    else this.#editing.giveBack(`/edit ${id} ${text}`)
    return current !== undefined
  }

  #tellEditing(): void {
    const { message } = this.#editing
    this.#showPrompt()
    // There it is not said by a prompt.
    if (this.#look.plain && message) this.#terminal.remark(`editing ${message.id}: Enter replaces it, Esc leaves it as it is`)
  }

  #edited({ id, rev, text: was }: OwnMessage, text: string): void {
    this.#editing.stop()
    if (text !== was) this.#edit({ id, ifMatch: tagOf(this.#stay.reading.epoch, rev), byCommand: false }, text)
  }

  async #complete(before: string): Promise<void> {
    const completion = completionOf(before)
    if (!completion) return
    const { typed } = completion
    const choices = await this.#choices(completion.kind, typed).catch(() => [])
    // Somebody has typed on meanwhile.
    if (this.#terminal.beforeCursor !== before) return
    const by = completed(completion, choices)
    if (by !== undefined) this.#terminal.replaceBefore(typed.length, by)
    else if (choices.length > 1) this.#terminal.remark(choices.join(', '))
  }

  async #choices(kind: 'command' | 'room' | 'name', typed: string): Promise<string[]> {
    const { client } = this.#place
    const { room, transcript, presence } = this.#stay
    const call = { q: typed, limit: namedHereMax, ...this.#questions.call }
    switch (kind) {
      case 'command':
        return commandsBeginningWith(typed)
      case 'room':
        return beginningWith(
          typed,
          (await client.rooms.list(call)).rooms.map(({ name }) => name)
        )
      case 'name': {
        const known = beginningWith(typed, [...presence.names, ...transcript.names])
        if (known.length > 0) return known
        return beginningWith(
          typed,
          (await client.members.list(room, call)).members.map(({ name }) => name)
        )
      }
    }
  }

  /** Where what is typed goes, and how that place is. */
  #showPrompt(): void {
    const { message } = this.#editing
    const { length } = this.#outbox.unsent
    const state = this.#isOffline ? ' (offline)' : this.#tellsSending && length > 0 ? ` (sending ${length})` : ''
    this.#terminal.prompt = `${message ? `edit ${message.id}` : this.#stay.room}${state}`
  }

  /** Something that was on its way has come to an end. */
  #settled(): void {
    if (this.#outbox.unsent.length === 0) {
      clearTimeout(this.#sendingSoon)
      this.#sendingSoon = undefined
      this.#tellsSending = false
    }
    this.#showPrompt()
  }

  #tellSending(): void {
    this.#sendingSoon ??= setTimeout(() => {
      this.#tellsSending = true
      this.#showPrompt()
    }, sendingToldMs).unref()
    this.#showPrompt()
  }

  #say(sentence: string | undefined): void {
    if (sentence !== undefined) this.#terminal.notice(sentence)
  }
}

interface Stay {
  room: string
  transcript: Transcript
  progress: ReadProgress
  presence: Presence
  reading: Reading
  /** Another room has been entered. */
  end: AbortController
}

const tagOf = (epoch: string | undefined, rev: number): string | undefined =>
  epoch === undefined ? undefined : `"${epoch}.${rev}"`

const quoted = (text: string): string =>
  (text.length > quotedChars ? `${text.slice(0, quotedChars)}…` : text).replaceAll('\n', '⏎')

function wordsOf(error: unknown): string {
  if (error instanceof ProblemError) return `${problemSentence(error)} [${error.status} ${error.code}]`
  return error instanceof Error ? error.message : String(error)
}
