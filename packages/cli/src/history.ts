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
  const page = (place: HistoryOptions, missing: number) =>
    client.messages.history(room, { ...call, ...place, limit: Math.min(missing, historyLimitMax) })
  const first = await page(forwards ? { after } : before === undefined ? {} : { before }, limit)
  const pages = [first.messages]
  let missing = limit - first.messages.length
  for (let { messages } = first; missing > 0 && messages.length === historyLimitMax; missing -= messages.length) {
    const place = forwards ? { after: messages.at(-1)?.id ?? 0 } : { before: messages[0]?.id ?? 0 }
    messages = (await page(place, missing)).messages
    pages.push(messages)
  }
  return { messages: (forwards ? pages : pages.reverse()).flat(), cursor: first.cursor }
}
