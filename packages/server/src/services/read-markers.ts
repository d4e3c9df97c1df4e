import type { NewReadMarker, ReadMarker } from '@tertulia/protocol'
import { Breather } from '../feeds/breather.ts'
import type { StoredUser } from '../stores/records.ts'
import type { Store } from '../stores/store.ts'
import type { Announcer } from './announcer.ts'
import { refusalError } from './refusals.ts'
import { countUnread } from './unread.ts'

/** How far each member has read, which is theirs alone to know. */
export class ReadMarkerService {
  readonly #store: Store
  readonly #announcer: Announcer
  readonly #now: () => number

  constructor({ store, announcer, now }: { store: Store; announcer: Announcer; now: () => number }) {
    this.#store = store
    this.#announcer = announcer
    this.#now = now
  }

  /**
   * Note how far a member has read, and tell their other devices; it never goes back, and beyond the head it is the head.
   * @throws ChatError member-not-found, banned, room-not-found
   */
  async put(reader: StoredUser, room: string, { upTo }: NewReadMarker): Promise<ReadMarker> {
    const [done] = await this.#store.commit([{ kind: 'mark-read', actor: reader.id, room, upTo, atMs: this.#now() }])
    if (done.refused) throw refusalError(done.refused, { room })
    this.#announcer.announceTold(done.told)
    const { log, head, readUpTo } = done
    const unread = await countUnread(this.#store, { log, reader: reader.id, after: readUpTo, upTo: head }, new Breather())
    return { room, readUpTo, unread }
  }
}
