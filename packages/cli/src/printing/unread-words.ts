import { unreadMessagesMax } from '@tertulia/protocol/limits'

/** How many messages are unread, as a list shows it; the server stops to count at some point. */
export const unreadWords = (unread: number | null): string =>
  unread === null ? '-' : unread < unreadMessagesMax ? String(unread) : `${unreadMessagesMax}+`
