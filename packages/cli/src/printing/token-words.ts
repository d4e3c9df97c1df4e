/** When a token expires, as a cell of a table: the day, or `-`. */
export const expiryWords = (expiresAt: string | null): string => expiresAt?.slice(0, 10) ?? '-'

/** The rooms that a token is limited to, as a cell: no room can be called so when there are none. */
export const roomsWords = (rooms: readonly string[] | null): string => (rooms === null ? 'all rooms' : rooms.join(' '))
