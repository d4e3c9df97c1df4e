import type { Message } from '@tertulia/protocol'
import { unreadWords } from '../printing/unread-words.ts'

/** So many messages are shown on entering, whatever was read. */
const shownMin = 10
/** And no more than this, whatever was not. */
export const pastMax = 50

/** How far somebody has read, as the list of rooms says. */
export interface Marker {
  readUpTo: number
  unread: number
}

export interface Past {
  messages: readonly Message[]
  /** The first one that was not read, among them; undefined: there is none. */
  firstUnread: Message | undefined
  /** What stands above it. */
  heading: string | undefined
}

/** What is shown of the newest messages: everything unread, as far as it is among them, and what was said before it. */
export function pastShown(messages: readonly Message[], marker: Marker | undefined, me: string): Past {
  const isUnread = ({ id, author, text }: Message) =>
    marker !== undefined && id > marker.readUpTo && author.name !== me && text !== null
  const at = messages.findIndex(isUnread)
  const from = Math.max(0, Math.min(at === -1 ? messages.length : at, messages.length - shownMin))
  const unread = messages.filter(isUnread).length
  const all = marker?.unread ?? 0
  const heading =
    all > unread ? `${unreadWords(all)} unread; the last ${unread} are here, /history shows what was before` : `${unread} unread`
  return { messages: messages.slice(from), firstUnread: messages[at], heading: at === -1 ? undefined : heading }
}
