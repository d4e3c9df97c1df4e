import { type ChatClient, type Followed, type FollowNote, ProblemError } from '@tertulia/client'
import type { LogEvent, Message } from '@tertulia/protocol'
import { problemSentence } from '../failing/problem-sentence.ts'
import { deleteLine, editLine, sendLine } from '../printing/command-lines.ts'
import { ConnectionNews } from '../printing/connection-news.ts'
import { Timeline } from '../printing/timeline.ts'
import { chat } from '../program.ts'
import { Changes } from './changes.ts'
import type { LineTerminal } from './line-terminal.ts'
import { Outbox, type Outgoing } from './outbox.ts'
import { readEntered, slashHelp } from './slash-commands.ts'
import { type Unfinished, unfinishedError, unfinishedLines } from './unfinished.ts'

/** What is shown of the past on entering. */
const pastMessages = 10
/** How long leaving waits for what is under way, and from when on it says so. */
const farewellMs = 2_000
const farewellToldMs = 500
/** From when on the prompt says that something is on its way. */
const sendingToldMs = 300
/** How long it may take to find out who is here. */
const whoMs = 5_000
/** So many are called by their names when it is told who is here. */
const namedHereMax = 20
/** Of a text that waits, the beginning is enough to know it again. */
const quotedChars = 200

export interface Place {
  client: ChatClient
  room: string
  /** Our name. */
  me: string
  /** The flags with which another command goes to the same place. */
  flags(): string[]
}

/** What `join` is on a terminal: shows what is said in a room, and says what is entered. */
export class Conversation {
  readonly #place: Place
  readonly #terminal: LineTerminal
  readonly #plain: boolean
  #timeline: Timeline
  readonly #outbox: Outbox
  readonly #news = new ConnectionNews()
  readonly #leaving = new AbortController()
  readonly #hurry = new AbortController()
  readonly #changes: Changes
  /** Asked for by a signal. */
  #exitCode: number | undefined
  #begun = false
  #isOffline = false
  #sendingTold: NodeJS.Timeout | undefined
  /** What we have sent, as the answers say: in the log it may not have come yet. */
  readonly #acknowledged: Message[] = []
  /** Events that came after a lost connection was found again, until all of them are there. */
  #missed: LogEvent[] | undefined

  constructor(place: Place, terminal: LineTerminal, { plain }: { plain: boolean }) {
    this.#place = place
    this.#plain = plain
    this.#terminal = terminal
    this.#timeline = new Timeline(() => terminal.columns)
    this.#changes = new Changes((what, error) => terminal.notice(`${what}: ${wordsOf(error)}`))
    const { client, room } = place
    this.#outbox = new Outbox({
      post: ({ text, key }, signal) => client.messages.post(room, { text }, { idempotencyKey: key, retry: false, signal }),
      sent: (outgoing, message) => this.#sent(outgoing, message),
      waits: ({ text }, position) => terminal.notice(`waiting to be sent (${position}): ${quoted(text)}`),
      delayed: ({ status, code, mayHaveArrived }, ms) =>
        terminal.notice(
          `${mayHaveArrived ? 'may or may not have been sent' : 'not sent'}: ${status} ${code}. Trying again in ${Math.max(1, Math.round(ms / 1000))} s`
        ),
      refused: (outgoing, error) => this.#refused(outgoing, error)
    })
  }

  /**
   * Until somebody leaves.
   * @throws CommandError when something is left undone; whatever ends the reading for good
   */
  async run(): Promise<void> {
    this.#terminal.open({
      line: (text) => this.#line(text),
      emptyLine: () => {},
      dropped: () => {},
      older: () => false,
      newer: () => false,
      escape: () => {},
      complete: () => {},
      leave: (exitCode) => this.#leave(exitCode),
      interrupt: () => this.#interrupt()
    })
    // After a crash too, and when a second signal has ended it.
    process.once('exit', this.#tellUnfinished)
    this.#showPrompt()
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
      const error = unfinishedError(this.#unfinished, this.#place.flags(), { cause, exitCode }) ?? cause
      process.off('exit', this.#tellUnfinished)
      if (error !== undefined) throw error
      process.exitCode = exitCode
    } finally {
      this.#terminal.close()
    }
  }

  #leave(exitCode?: number): void {
    this.#exitCode ??= exitCode
    this.#terminal.takeNoLines()
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
    const told = setTimeout(() => this.#terminal.notice('waiting for the server; Ctrl-C quits at once'), farewellToldMs)
    const late = setTimeout(() => this.#hurry.abort(), farewellMs)
    await Promise.all([this.#outbox.close(this.#hurry.signal), this.#changes.close(this.#hurry.signal)])
    clearTimeout(told)
    clearTimeout(late)
    for (const message of this.#acknowledged) this.#terminal.print(this.#timeline.message(message))
  }

  get #unfinished(): Unfinished {
    return { texts: this.#outbox.unsent, changes: this.#changes.lines }
  }

  readonly #tellUnfinished = (): void => {
    const lines = unfinishedLines(this.#unfinished, this.#place.flags())
    if (lines.length > 0) process.stderr.write(`chat: ${lines.join('\n')}\n`)
  }

  /** Read the past, then follow; once more where the server's history has been replaced. */
  async #read(): Promise<void> {
    const { client, room } = this.#place
    const { signal } = this.#leaving
    let last: string | undefined
    for (let ready = true; ready; ) {
      ready = false
      try {
        const { messages, cursor, earlier } = await client.messages.history(room, { limit: pastMessages, signal })
        last = cursor
        if (earlier) this.#terminal.notice(`older messages: ${chat} history`)
        for (const message of messages) this.#terminal.print(this.#timeline.message(message))
        for await (const item of client.follow(room, { after: cursor, signal })) {
          ready ||= item.type === 'ready'
          await this.#heard(item)
        }
        return
      } catch (error) {
        if (signal.aborted) return
        if (!(ready && error instanceof ProblemError && error.code === 'cursor-expired')) throw error
        this.#flushMissed()
        // Numbers of another life of the store mean other messages.
        this.#timeline = new Timeline(() => this.#terminal.columns)
        const what =
          epochOf(error.problem.cursor) === epochOf(last)
            ? `the server no longer has what came next in ${room}. Messages may be missing here`
            : `the server went back to an older copy of ${room}. What you see above may be gone`
        this.#terminal.notice(`${what}. The newest messages now`)
      }
    }
  }

  async #heard(item: Followed): Promise<void> {
    switch (item.type) {
      case 'ready':
        if (this.#begun) this.#missed = []
        this.#isOffline = false
        this.#showPrompt()
        this.#outbox.resume()
        return
      case 'synced':
        return this.#caughtUp()
      case 'disconnected':
        return this.#lost(item)
      default:
        if (this.#missed) this.#missed.push(item)
        else this.#show(item)
    }
  }

  async #caughtUp(): Promise<void> {
    if (this.#begun) return this.#flushMissed()
    this.#begun = true
    const who = await this.#whoIsHere().catch(() => undefined)
    this.#terminal.notice(who === undefined ? 'up to date' : `up to date. ${who}`)
  }

  #lost(item: Extract<FollowNote, { type: 'disconnected' }>): void {
    this.#flushMissed()
    if (item.error) {
      this.#outbox.pause()
      this.#isOffline = true
      this.#showPrompt()
    }
    this.#say(this.#news.lost(item, '; what you send waits here'))
  }

  #flushMissed(): void {
    const missed = this.#missed
    if (!missed) return
    this.#missed = undefined
    const ofOthers = missed.filter((event) => event.type === 'message.created' && event.message.author.name !== this.#place.me)
    this.#say(this.#news.found(ofOthers.length))
    for (const event of missed) this.#show(event)
  }

  #show(event: LogEvent): void {
    const outgoing = event.type === 'message.created' && this.#plain ? this.#mine(event.message) : undefined
    if (outgoing && 'message' in event && !outgoing.waited) this.#sent(outgoing, event.message)
    else this.#terminal.print(this.#timeline.event(event), { isMessage: 'message' in event })
  }

  /** What we are just sending, seen in the log before the answer to it came. */
  #mine({ author, text }: Message): Outgoing | undefined {
    const [first] = this.#outbox.unsent
    return first && author.name === this.#place.me && text === first.text ? first : undefined
  }

  #sent({ waited }: Outgoing, message: Message): void {
    this.#settled()
    if (!this.#plain) this.#acknowledged.push(message)
    // What was typed stands on the screen already; only its number is missing.
    else if (!waited && this.#timeline.note(message)) this.#terminal.notice(`sent: ${message.id}`)
  }

  #line(line: string): void {
    const { client, room } = this.#place
    const entered = readEntered(line)
    switch (entered.type) {
      case 'send':
        this.#outbox.add(entered.text)
        this.#sendingTold ??= setTimeout(() => this.#showPrompt(), sendingToldMs).unref()
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
        this.#whoIsHere().then(
          (who) => this.#terminal.notice(who),
          (error) => this.#terminal.notice(`cannot tell who is here: ${wordsOf(error)}`)
        )
        break
      case 'edit': {
        const { id, text } = entered
        const line = editLine(id, text, this.#place.flags())
        this.#changes.begin('edited', line, (signal) => client.messages.edit(room, id, { text }, { signal }))
        break
      }
      case 'delete': {
        const { id } = entered
        const line = deleteLine(id, this.#place.flags())
        this.#changes.begin('deleted', line, (signal) => client.messages.delete(room, id, { signal }))
        break
      }
    }
  }

  #refused({ text, key, inDoubt }: Outgoing, error: unknown): void {
    this.#settled()
    if (inDoubt) {
      this.#terminal.notice(`may or may not have been sent: ${quoted(text)}. ${wordsOf(error)}. Repeat safely with`)
      this.#terminal.print(sendLine(text, this.#place.flags(), key).split('\n'))
    } else {
      const what = text.trim() === '' ? '' : `${quoted(text)}. `
      this.#terminal.notice(`not sent: ${what}${wordsOf(error)}`)
    }
  }

  async #whoIsHere(): Promise<string> {
    const { client, room } = this.#place
    const call = { signal: this.#leaving.signal, timeoutMs: whoMs }
    const { members, next } = await client.members.list(room, { connected: true, limit: namedHereMax, ...call })
    const names = members.map(({ name }) => name).join(', ')
    return `Here: ${names}${next === undefined ? '' : `, and others (${chat} who --here)`}`
  }

  /** Where what is typed goes, and how that place is. */
  #showPrompt(): void {
    const { length } = this.#outbox.unsent
    const state = this.#isOffline ? ' (offline)' : this.#sendingTold && length > 0 ? ` (sending ${length})` : ''
    this.#terminal.prompt = `${this.#place.room}${state}`
  }

  /** Something that was on its way has come to an end. */
  #settled(): void {
    if (this.#outbox.unsent.length === 0) {
      clearTimeout(this.#sendingTold)
      this.#sendingTold = undefined
    }
    this.#showPrompt()
  }

  #say(sentence: string | undefined): void {
    if (sentence !== undefined) this.#terminal.notice(sentence)
  }
}

const epochOf = (cursor: unknown): string | undefined => (typeof cursor === 'string' ? cursor.split('.')[0] : undefined)

const quoted = (text: string): string =>
  (text.length > quotedChars ? `${text.slice(0, quotedChars)}…` : text).replaceAll('\n', '⏎')

function wordsOf(error: unknown): string {
  if (error instanceof ProblemError) return `${problemSentence(error)} [${error.status} ${error.code}]`
  return error instanceof Error ? error.message : String(error)
}
