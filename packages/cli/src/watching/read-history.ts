import type { CallOptions, ChatClient, HistoryPage, HistoryPlace } from '@tertulia/client'
import type { Message, MessagePage } from '@tertulia/protocol'
import { historyLimitMax } from '@tertulia/protocol/limits'

type Read = (place: HistoryPlace, count: number) => Promise<HistoryPage>

/**
 * So many messages at most, ascending, over as many pages as it takes. Who follows the events after its cursor misses nothing:
 * it is that of the page that was read first.
 */
export async function readHistory(
  client: ChatClient,
  room: string,
  { limit, before, after, around, ...call }: HistoryPlace & CallOptions & { limit: number }
): Promise<MessagePage> {
  const read: Read = (place, count) =>
    client.messages.history(room, { ...call, ...place, limit: Math.min(count, historyLimitMax) })
  const first = await read({ before, after, around }, limit)
  const messages = [...first.messages]
  const older = beyond(first, 'earlier', read)
  const newer = beyond(first, 'later', read)
  const missing = () => limit - messages.length
  const takeOlder = async (count: number) => void messages.unshift(...(await older(count)))
  const takeNewer = async (count: number) => void messages.push(...(await newer(count)))
  if (around !== undefined) {
    const beforeIt = messages.filter(({ id }) => id < around).length
    await takeNewer(Math.ceil(limit / 2) - (messages.length - beforeIt))
    await takeOlder(missing())
    await takeNewer(missing())
  } else if (after !== undefined) await takeNewer(missing())
  else await takeOlder(missing())
  return { messages, cursor: first.cursor, firstSeq: first.firstSeq }
}

/** Reads on to one side of a page, so many messages at most with each call; where a page ends is for the server to say. */
function beyond(page: HistoryPage, side: 'earlier' | 'later', read: Read): (count: number) => Promise<Message[]> {
  let place = page[side]
  return async (count) => {
    const found: Message[] = []
    while (place && found.length < count) {
      const next = await read(place, count - found.length)
      if (side === 'earlier') found.unshift(...next.messages)
      else found.push(...next.messages)
      // A page that is named has messages: a server that names empty ones would be asked for ever.
      place = next.messages.length > 0 ? next[side] : undefined
    }
    return found
  }
}
