import type { NewReadMarker, ReadMarker } from '@tertulia/protocol'
import { Breather } from '../feeds/breather.ts'
import type { StoredUser } from '../stores/records.ts'
import type { Store } from '../stores/store.ts'
import { refusalError } from './refusals.ts'
import { countUnread } from './unread.ts'

/** How far each member has read, which is theirs alone to know. */
export class ReadMarkerService {
  readonly #store: Store

  constructor({ store }: { store: Store }) {
    this.#store = store
  }

  /**
   * Note how far a member has read; it never goes back, and beyond the head it is the head.
   * @throws ChatError member-not-found, banned, room-not-found
   */
  async put(reader: StoredUser, room: string, { upTo }: NewReadMarker): Promise<ReadMarker> {
    const [done] = await this.#store.commit([{ kind: 'mark-read', actor: reader.id, room, upTo }])
    if (done.refused) throw refusalError(done.refused, { room })
    const { log, head, readUpTo } = done
    const unread = await countUnread(this.#store, { log, reader: reader.id, after: readUpTo, upTo: head }, new Breather())
    return { room, readUpTo, unread }
  }
}
