import type { CallOptions, ChatClient } from '@tertulia/client'
import { listLimitDefault, searchLimitDefault } from '@tertulia/protocol/limits'
import type { Look } from '../printing/look.ts'
import { listedWords } from '../printing/settings-words.ts'
import { Table } from '../printing/table.ts'
import { Timeline } from '../printing/timeline.ts'
import { unreadWords } from '../printing/unread-words.ts'
import { chat } from '../program.ts'
import type { LineTerminal } from './line-terminal.ts'
import type { Transcript } from './transcript.ts'

/** How long an answer may take that somebody waits for. */
const askMs = 5_000

/** What somebody wants to see of the server beside what is being said. Each fails as the request does. */
export class Questions {
  readonly #client: ChatClient
  readonly #terminal: LineTerminal
  readonly #look: Look
  /** With which every request is made that somebody waits for. */
  readonly call: CallOptions

  /** @param end  gives up what is under way */
  constructor(client: ChatClient, terminal: LineTerminal, look: Look, end: AbortSignal) {
    this.#client = client
    this.#terminal = terminal
    this.#look = look
    this.call = { signal: end, timeoutMs: askMs }
  }

  async rooms(): Promise<void> {
    const { rooms, next } = await this.#client.rooms.list({ limit: listLimitDefault, ...this.call })
    const rows = rooms.map((room) => [room.name, unreadWords(room.unread), listedWords(room), room.title])
    this.#terminal.print(new Table(['ROOM', 'UNREAD', 'STATE', 'TITLE'], this.#terminal.columns).lines(rows))
    if (next !== undefined) this.#terminal.notice(`there are more: ${chat} rooms`)
  }

  /** So many messages from before the oldest one that is shown. */
  async older(room: string, transcript: Transcript, limit: number): Promise<void> {
    const { messages, firstSeq } = await this.#client.messages.history(room, { limit, before: transcript.oldest, ...this.call })
    const { length } = messages
    if (length === 0) {
      this.#terminal.notice(firstSeq > 1 ? `older messages of ${room} are erased` : `nothing was said before that in ${room}`)
      return
    }
    this.#terminal.notice(`${length} older message${length === 1 ? '' : 's'}`)
    transcript.earlier(messages)
    this.#terminal.notice('end of the older messages')
  }

  async search(words: string): Promise<void> {
    const { messages, complete } = await this.#client.search.find(words, { limit: searchLimitDefault, ...this.call })
    const rooms = [...new Set(messages.map(({ room }) => room))]
    const timeline = new Timeline(() => this.#terminal.columns, rooms, this.#look)
    const { length } = messages
    const count = `${length}${length === searchLimitDefault ? ' or more' : ''}`
    this.#terminal.notice(length === 0 ? 'nothing was found' : `found ${count}, the newest first`)
    for (const message of messages) this.#terminal.print(timeline.lines(message))
    if (!complete) this.#terminal.notice('the server rebuilds its index: older messages may be missing')
    else if (length > 0) this.#terminal.notice('end of what was found')
  }
}
