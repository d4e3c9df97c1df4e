/** So much of its work a store does at once, whichever it is: other commits, and other reads, get in between. */

/** Events of a room that keeps its messages for some days only. */
export const sweptLotMax = 100
/** Memberships of somebody who leaves for ever. */
export const leavingLotMax = 100
/** Used keys that are too old to count. */
export const keysLotMax = 500
/** Messages that are looked at to tell how many are unread. */
export const unreadLotMax = 1_000
