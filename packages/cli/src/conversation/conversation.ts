import { type ChatClient, type Followed, type FollowNote, ProblemError } from '@tertulia/client'
import type { LogEvent, Message } from '@tertulia/protocol'
import { CommandError } from '../command-error.ts'
import { ConnectionNews } from '../connection-news.ts'
import { Timeline } from '../printing/timeline.ts'
import type { LineTerminal } from './line-terminal.ts'
import { Outbox, type Outgoing } from './outbox.ts'
import { readEntered, slashHelp } from './slash-commands.ts'

/** What is shown of the past on entering. */
const pastMessages = 10
/** How long leaving waits for what is on its way. */
const farewellMs = 3_000
/** So many are called by their names when it is told who is here. */
const namedHereMax = 20
/** Of a text that waits, the beginning is enough to know it again. */
const quotedChars = 200

export interface Place {
  client: ChatClient
  room: string
  /** Our name. */
  me: string
}

/** What `join` is on a terminal: shows what is said in a room, and says what is entered. */
export class Conversation {
  readonly #place: Place
  readonly #terminal: LineTerminal
  #timeline: Timeline
  readonly #outbox: Outbox
  readonly #news = new ConnectionNews()
  readonly #leaving = new AbortController()
  #begun = false
  /** Events that came after a lost connection was found again, until all of them are there. */
  #missed: LogEvent[] | undefined

  constructor(place: Place, terminal: LineTerminal) {
    this.#place = place
    this.#terminal = terminal
    this.#timeline = new Timeline(() => terminal.columns)
    const { client, room } = place
    this.#outbox = new Outbox({
      post: ({ text, key }) => client.messages.post(room, { text }, { idempotencyKey: key, retry: false }),
      sent: (outgoing, message) => this.#sent(outgoing, message),
      waits: ({ text }, position) => terminal.notice(`waiting to be sent (${position}): ${quoted(text)}`),
      delayed: ({ status, code }, ms) =>
        terminal.notice(`not sent: ${status} ${code}. Trying again in ${Math.max(1, Math.round(ms / 1000))} s`),
      refused: ({ text }, error) => terminal.notice(`not sent: ${quoted(text)}. ${wordsOf(error)}`)
    })
  }

  /**
   * Until somebody leaves.
   * @throws CommandError when texts could not be sent; whatever ends the reading for good
   */
  async run(): Promise<void> {
    this.#terminal.open({ line: (text, row) => this.#line(text, row), leave: () => this.#leaving.abort() })
    try {
      await this.#read()
      await this.#outbox.settled(farewellMs)
    } finally {
      this.#terminal.close()
    }
    const { unsent } = this.#outbox
    if (unsent.length === 0) return
    const texts = unsent.map(({ text }) => text).join('\n')
    throw new CommandError(`Not sent, because there was no connection:\n${texts}`, { exit: 'noConnection', code: 'unsent' })
  }

  /** Read the past, then follow; once more where the server's history has been replaced. */
  async #read(): Promise<void> {
    const { client, room } = this.#place
    for (let ready = true; ready; ) {
      ready = false
      const { messages, cursor, earlier } = await client.messages.history(room, { limit: pastMessages })
      if (earlier) this.#terminal.notice('older messages: chat history')
      for (const message of messages) this.#terminal.print(this.#timeline.message(message))
      try {
        for await (const item of client.follow(room, { after: cursor, signal: this.#leaving.signal })) {
          ready ||= item.type === 'ready'
          await this.#heard(item)
        }
        return
      } catch (error) {
        if (!(ready && error instanceof ProblemError && error.code === 'cursor-expired')) throw error
        this.#flushMissed()
        // Numbers of another life of the store mean other messages.
        this.#timeline = new Timeline(() => this.#terminal.columns)
        this.#terminal.notice(`the history of ${room} is not the one it was: something may be missing here. Its end now`)
      }
    }
  }

  async #heard(item: Followed): Promise<void> {
    switch (item.type) {
      case 'ready':
        if (this.#begun) this.#missed = []
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
    this.#terminal.notice(`up to date. ${await this.#whoIsHere()}`)
  }

  #lost(item: Extract<FollowNote, { type: 'disconnected' }>): void {
    this.#flushMissed()
    if (item.error) this.#outbox.pause()
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
    const outgoing = event.type === 'message.created' ? this.#mine(event.message) : undefined
    if (outgoing && 'message' in event && !outgoing.waited) this.#sent(outgoing, event.message)
    else if ('message' in event) this.#terminal.printMessage(this.#timeline.event(event))
    else this.#terminal.print(this.#timeline.event(event))
  }

  /** What we are just sending, seen in the log before the answer to it came. */
  #mine({ author, text }: Message): Outgoing | undefined {
    const [first] = this.#outbox.unsent
    return first && author.name === this.#place.me && text === first.text ? first : undefined
  }

  /** What was just typed stands on the screen already, so its number is all that is missing, unless something else stands below it. */
  #sent({ waited, row }: Outgoing, message: Message): void {
    if (waited) return
    if (!this.#terminal.isLast(row)) this.#terminal.print(this.#timeline.message(message))
    else if (this.#timeline.note(message)) this.#terminal.notice(`sent: ${message.id}`)
  }

  #line(line: string, row: number): void {
    const { client, room } = this.#place
    const entered = readEntered(line)
    switch (entered.type) {
      case 'send':
        this.#outbox.add(entered.text, row)
        break
      case 'quit':
        this.#leaving.abort()
        break
      case 'help':
        this.#terminal.print(slashHelp(this.#terminal.columns))
        break
      case 'wrong':
        this.#terminal.notice(entered.sentence)
        break
      case 'who':
        this.#try('not known', async () => this.#terminal.notice(await this.#whoIsHere()))
        break
      case 'edit':
        this.#try('not edited', () => client.messages.edit(room, entered.id, { text: entered.text }))
        break
      case 'delete':
        this.#try('not deleted', () => client.messages.delete(room, entered.id))
        break
    }
  }

  #try(failed: string, work: () => Promise<unknown>): void {
    work().catch((error) => this.#terminal.notice(`${failed}: ${wordsOf(error)}`))
  }

  async #whoIsHere(): Promise<string> {
    const { client, room } = this.#place
    const { members, next } = await client.members.list(room, { connected: true, limit: namedHereMax })
    const names = members.map(({ name }) => name).join(', ')
    return `Here: ${names}${next === undefined ? '' : ', and others (chat who --here)'}`
  }

  #say(sentence: string | undefined): void {
    if (sentence !== undefined) this.#terminal.notice(sentence)
  }
}

const quoted = (text: string): string =>
  (text.length > quotedChars ? `${text.slice(0, quotedChars)}…` : text).replaceAll('\n', '⏎')

function wordsOf(error: unknown): string {
  if (error instanceof ProblemError) return `${error.message} [${error.status} ${error.code}]`
  return error instanceof Error ? error.message : String(error)
}
