import type { ChatClient } from '@tertulia/client'
import type { Message } from '@tertulia/protocol'
import { readHistory } from './read-history.ts'
import type { Cursors } from './state-file.ts'

/**
 * The messages that come first, of all rooms that do not begin after a cursor, in the order of their times, and where each room goes
 * on after them.
 * @param rooms  the cursor that each begins after, undefined: with so many messages of its past
 */
export async function readPast(
  client: ChatClient,
  rooms: Record<string, string | undefined>,
  count: number,
  signal: AbortSignal
): Promise<{ messages: Message[]; cursors: Cursors }> {
  const cursors: Cursors = {}
  const pages: Message[][] = []
  for (const [room, after] of Object.entries(rooms)) {
    if (after !== undefined || count === 0) {
      cursors[room] = after ?? 'now'
    } else {
      const page = await readHistory(client, room, { limit: count, signal })
      cursors[room] = page.cursor
      pages.push(page.messages)
    }
  }
  return { messages: inTimeOrder(pages), cursors }
}

/** Put together, without changing the order inside a room: clocks may go wrong. */
function inTimeOrder(pages: Message[][]): Message[] {
  const rest = pages.map((page) => page.values())
  const next = rest.map((page) => page.next().value)
  const all: Message[] = []
  for (;;) {
    const first = next.reduce((best, message, at) => (message && isBefore(message, next[best]) ? at : best), 0)
    const message = next[first]
    if (!message) return all
    all.push(message)
    next[first] = rest[first]?.next().value
  }
}

const isBefore = (message: Message, other: Message | undefined): boolean => !other || message.createdAt < other.createdAt
