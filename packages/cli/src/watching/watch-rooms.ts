import type { ChatClient } from '@tertulia/client'
import type { LogEvent } from '@tertulia/protocol'
import { messageOf } from '@tertulia/protocol/message-of'
import { ConnectionNews } from '../printing/connection-news.ts'
import { creationOf } from '../printing/event-lines.ts'
import { readPast } from './past.ts'
import type { Cursors, StateFile } from './state-file.ts'

export interface WatchOptions {
  /** Names as the server spells them, and the cursor that each begins after; undefined: with a piece of the past, then now. */
  rooms: Record<string, string | undefined>
  /** How many messages of the past come first, in each room. */
  old: number
  isWanted(event: LogEvent): boolean
  /** Print it, or whatever is to be done. false: it was not done, because the signal was given. */
  handle(event: LogEvent): Promise<boolean>
  /** A room is watched from here on. */
  began(room: string, cursor: string): void
  /** The connection is lost, or is back. */
  notice(sentence: string): void
  state: StateFile | undefined
  /** End when everything that was missed is handled. */
  once: boolean
  /** End after so many messages that have a text: an edit counts, a deletion does not. */
  count: number
  signal: AbortSignal
}

/**
 * Handle what happens in rooms, in the order of each, until there was enough or the signal is given.
 * @returns how many messages were handled that have a text
 */
export async function watchRooms(client: ChatClient, options: WatchOptions): Promise<number> {
  const { rooms, old, isWanted, handle, state, once, count, signal } = options
  let handled = 0
  const take = async (event: LogEvent): Promise<boolean> => {
    if (!isWanted(event)) return true
    if (!(await handle(event))) return false
    if ((messageOf(event)?.text ?? null) !== null) handled++
    return true
  }

  const { messages, cursors } = await readPast(client, rooms, old, signal)
  for (const message of messages) {
    if (!(await take(creationOf(message))) || handled === count) return handled
  }

  const names = Object.keys(cursors)
  const [only = ''] = names
  const follower =
    names.length === 1 ? client.follow(only, { after: cursors[only] ?? 'now', signal }) : client.followRooms(cursors, { signal })
  const position = (): Cursors => (typeof follower.cursor === 'string' ? { [only]: follower.cursor } : follower.cursor)
  const news = new ConnectionNews()
  const tell = (sentence: string | undefined) => sentence !== undefined && options.notice(sentence)
  const begun = new Set<string>()
  const caughtUp = new Set<string>()
  for await (const item of follower) {
    if (signal.aborted) break
    switch (item.type) {
      case 'ready':
        if (!begun.has(item.room)) options.began(item.room, item.cursor)
        begun.add(item.room)
        tell(news.found())
        // At once, to find out early that it cannot be kept.
        state?.note(position())
        state?.flush()
        break
      case 'disconnected':
        tell(news.lost(item))
        break
      case 'synced':
        caughtUp.add(item.room)
        if (once && caughtUp.size === names.length) return handled
        break
      case 'presence':
      case 'rooms':
        break
      default:
        if (!(await take(item))) return handled
        state?.note(position())
        if (handled === count) return handled
    }
  }
  return handled
}
