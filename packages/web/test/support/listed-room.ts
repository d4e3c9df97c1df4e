import type { ListedRoom } from '@tertulia/protocol'

/** A room of one's own with nothing unread, as the server lists it; or one that differs from that. */
export const listed = (name: string, change: Partial<ListedRoom> = {}): ListedRoom => ({
  name,
  title: '',
  visibility: 'public',
  archived: false,
  retainDays: null,
  createdAt: '2026-11-23T09:00:00.000Z',
  rev: 1,
  head: 1,
  role: 'member',
  readUpTo: 1,
  unread: 0,
  ...change
})
