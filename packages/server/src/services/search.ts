import { concurrentSearchesMax, type SearchPage, searchWordsMax } from '@tertulia/protocol'
import type { StoredUser } from '../stores/records.ts'
import type { Store } from '../stores/store.ts'
import { termsOf } from '../stores/words.ts'
import { ChatError, OtherSpelling } from './chat-error.ts'
import { userNotFound } from './refusals.ts'
import type { RoomService } from './rooms.ts'
import { SearchCursors } from './search-cursor.ts'
import type { Credentials } from './users.ts'

export interface Sought {
  /** Words; those between quotes next to each other. */
  q: string
  room?: string | undefined
  author?: string | undefined
  /** From the page before. */
  before?: string | undefined
  limit: number
}

export class SearchService {
  readonly #store: Store
  readonly #rooms: RoomService
  readonly #cursors: SearchCursors
  /** How many searches are under way, by user. */
  readonly #underWay = new Map<number, number>()

  constructor({ store, rooms }: { store: Store; rooms: RoomService }) {
    this.#store = store
    this.#rooms = rooms
    this.#cursors = new SearchCursors(store.secret)
  }

  /**
   * Messages that have all the words, in rooms that the reader may read and their token is for, the newest text first.
   * @throws ChatError invalid-query, room-not-found, token-scope, user-not-found, rate-limited
   */
  async search(
    credentials: Credentials,
    { q, room, author, before: cursor, limit }: Sought
  ): Promise<SearchPage & { next?: string }> {
    const terms = termsOf(q)
    if (terms.length === 0) throw invalid('q', 'has no word in it; search for letters, digits or an emoji')
    const words = terms.reduce((sum, term) => sum + term.words.length, 0)
    if (words > searchWordsMax) throw invalid('q', `has ${words} words; the limit is ${searchWordsMax}`)
    const before = cursor === undefined ? undefined : this.#cursors.read(cursor)
    if (cursor !== undefined && before === undefined)
      throw invalid('before', 'does not come from a Link of this search; leave it out to start with the newest')

    const { user: reader } = credentials
    const logs = await this.#logsOf(credentials, room)
    const by = author === undefined ? undefined : await this.#idOf(author)
    return this.#oneOfFew(reader, async () => {
      const request = { reader: reader.id, terms, logs, author: by, before, limit }
      const { messages, next, complete } = await this.#store.search(request)
      return next === undefined ? { messages, complete } : { messages, complete, next: this.#cursors.of(next) }
    })
  }

  /** The rooms that are asked for, or that the token is for; undefined: all. */
  async #logsOf(reader: Credentials, room: string | undefined): Promise<number[] | undefined> {
    if (room === undefined) return reader.token?.rooms?.map(({ log }) => log)
    await this.#rooms.checkToken(reader, room)
    try {
      return [(await this.#rooms.find(reader.user, room)).log]
    } catch (error) {
      if (error instanceof OtherSpelling) throw new ChatError('room-not-found', `${error.message} Use that name.`)
      throw error
    }
  }

  async #idOf(author: string): Promise<number> {
    const user = await this.#store.user(author)
    if (!user) throw userNotFound(author)
    return user.id
  }

  /** What one user searches for in vain must not be what all others wait for. */
  async #oneOfFew<T>({ id }: StoredUser, work: () => Promise<T>): Promise<T> {
    const underWay = this.#underWay.get(id) ?? 0
    if (underWay >= concurrentSearchesMax) {
      throw new ChatError(
        'rate-limited',
        `You have ${underWay} searches running, as many as you may. Wait for one of them to finish.`
      )
    }
    this.#underWay.set(id, underWay + 1)
    try {
      return await work()
    } finally {
      const left = (this.#underWay.get(id) ?? 1) - 1
      if (left > 0) this.#underWay.set(id, left)
      else this.#underWay.delete(id)
    }
  }
}

const invalid = (parameter: string, detail: string): ChatError =>
  new ChatError('invalid-query', `${parameter} ${detail}.`, { errors: [{ pointer: `#/${parameter}`, detail }] })
