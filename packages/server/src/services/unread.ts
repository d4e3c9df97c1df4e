import { unreadMessagesMax } from '@tertulia/protocol'
import type { Breather } from '../feeds/breather.ts'
import type { Store } from '../stores/store.ts'

interface Unread {
  log: number
  reader: number
  /** What the reader has read, and the head that the count goes with. */
  after: number
  upTo: number
}

/** Messages of others, not deleted, of a part of a log; counted up to `unreadMessagesMax`. Others have a turn when the breather says so. */
export async function countUnread(store: Store, { log, reader, after, upTo }: Unread, breather: Breather): Promise<number> {
  let unread = 0
  for (let from: number | undefined = after; from !== undefined && from < upTo && unread < unreadMessagesMax; ) {
    if (breather.isDue) await breather.rest()
    const { count, next } = await store.unread(log, reader, from, upTo)
    unread += count
    from = next
  }
  return Math.min(unread, unreadMessagesMax)
}
