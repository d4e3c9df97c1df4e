import type { ChatClient, HistoryOptions } from '@tertulia/client'
import type { MessagePage } from '@tertulia/protocol'
import { historyLimitMax } from '@tertulia/protocol/limits'

/**
 * So many messages at most, ascending, over as many pages as it takes; around a message one page. Who follows the events after its
 * cursor misses nothing: it is that of the page that was read first.
 */
export async function readHistory(
  client: ChatClient,
  room: string,
  { limit, before, after, around, ...call }: HistoryOptions & { limit: number }
): Promise<MessagePage> {
  if (around !== undefined) return client.messages.history(room, { limit, around, ...call })
  const forwards = after !== undefined
  let place: HistoryOptions = forwards ? { after } : before === undefined ? {} : { before }
  let first: MessagePage | undefined
  const pages: MessagePage['messages'][] = []
  for (let missing = limit, more = true; missing > 0 && more; ) {
    const page = await client.messages.history(room, { ...call, ...place, limit: Math.min(missing, historyLimitMax) })
    const { messages } = page
    first ??= page
    pages.push(messages)
    missing -= messages.length
    more = messages.length === historyLimitMax
    place = forwards ? { after: messages.at(-1)?.id ?? 0 } : { before: messages[0]?.id ?? 0 }
  }
  return { messages: (forwards ? pages : pages.reverse()).flat(), cursor: first?.cursor ?? 'now' }
}
