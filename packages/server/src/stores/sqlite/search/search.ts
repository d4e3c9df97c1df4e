import type { Message } from '@tertulia/protocol'
import { readableBy } from '../../rights.ts'
import { type MessageRow, toMessage } from '../../rows.ts'
import type { SearchRequest, SearchResult } from '../../searching.ts'
import { literalsTest } from '../../words.ts'
import type { FoundRoom } from '../room-access.ts'
import { messageColumns, messageJoins } from '../rows.ts'
import type { Sql } from '../sql.ts'
import { matchOf } from './match.ts'
import type { TextIndex } from './text-index.ts'

/** How long one search may look before it is the turn of others; and no less than it took to find the first, which every turn costs again. */
const turnMs = 20
/** As many rooms as it is worth to name to the index; who may read more may read much of what is found. */
const namedRoomsMax = 50
/** Text on a page, as on one of the history; one message at least. */
const pageBytes = 256 * 1024

const hit = `
  SELECT ${messageColumns}, r.name AS room, r.visibility, k.role, reader.admin
    FROM message m ${messageJoins} JOIN room r ON r.log = m.log LEFT JOIN user reader ON reader.id = ?
    LEFT JOIN member k ON k.log = m.log AND k.user = reader.id
   WHERE m.textN = ?`
type Hit = MessageRow & Pick<FoundRoom, 'visibility' | 'role' | 'admin'> & { room: string }

const known = `
  SELECT log FROM room WHERE visibility = 'public'
  UNION SELECT log FROM member WHERE user = ? AND role <> 'banned'
  LIMIT ${namedRoomsMax + 1}`

/** One search, which takes as many turns as it needs. */
export class Search {
  readonly #chat: Sql
  readonly #index: TextIndex
  readonly #request: SearchRequest
  readonly #match: string | undefined
  readonly #hasLiterals: ((text: string) => boolean) | undefined
  readonly #messages: Message[] = []
  #last: number | undefined
  #before: number
  #bytes = pageBytes

  constructor(chat: Sql, index: TextIndex, request: SearchRequest) {
    this.#chat = chat
    this.#index = index
    this.#request = request
    this.#before = request.before ?? Number.MAX_SAFE_INTEGER
    this.#hasLiterals = literalsTest(request.terms)
    const logs = request.logs ?? this.#readable()
    const isVain = request.terms.length === 0 || logs?.length === 0
    this.#match = isVain ? undefined : matchOf(request.terms, { logs, author: request.author })
  }

  /** Look on for a while. @returns what was found; undefined: it goes on */
  turn(): Omit<SearchResult, 'complete'> | undefined {
    if (this.#match === undefined) return { messages: [] }
    const begin = performance.now()
    let until: number | undefined
    for (const n of this.#index.find(this.#match, this.#before)) {
      const message = this.#readableMessage(n)
      if (message && this.#isFull(message)) return { messages: this.#messages, next: this.#last }
      if (message) {
        this.#messages.push(message)
        this.#last = n
      }
      this.#before = n
      until ??= Math.max(performance.now() + turnMs, 2 * performance.now() - begin)
      if (performance.now() > until) return undefined
    }
    return { messages: this.#messages }
  }

  #isFull({ text }: Message): boolean {
    this.#bytes -= Buffer.byteLength(text ?? '')
    return this.#messages.length === this.#request.limit || (this.#bytes < 0 && this.#messages.length > 0)
  }

  /** What has been erased, or has another text by now, is none; nor is what the reader may not read. */
  #readableMessage(n: number): Message | undefined {
    const { reader } = this.#request
    const row = this.#chat.get<Hit>(hit, reader, n)
    if (!row || row.body === null || !readableBy(row)) return undefined
    if (this.#hasLiterals && !this.#hasLiterals(row.body)) return undefined
    return toMessage(row.room, row)
  }

  /** The rooms that the reader may read; undefined: so many that the index is not told. */
  #readable(): number[] | undefined {
    const rooms = this.#chat.all<{ log: number }>(known, this.#request.reader)
    return rooms.length > namedRoomsMax ? undefined : rooms.map(({ log }) => log)
  }
}
