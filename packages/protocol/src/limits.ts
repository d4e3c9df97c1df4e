/** A text, in code points. */
export const textCharsMax = 4_000
/** A name of a user or a room, in code points and in UTF-8 bytes. */
export const nameCharsMax = 32
export const nameBytesMax = 64
/** Combining marks in a row in a name, decomposed: more of them would cover the lines around it. */
export const nameMarksMax = 4
/** A password, in code points of its composed form (NFC). */
export const passwordCharsMin = 8
export const passwordCharsMax = 256
/** How long a code signs another device in, and how many of one user are known at a time. */
export const linkMs = 10 * 60 * 1000
export const linksMax = 20
/** Devices that one user is signed in on; with one more the oldest session ends. */
export const sessionsMax = 100
/** Tokens of one user that were made for programs, the name of one, and the rooms that one can be bound to. */
export const tokensMax = 200
export const tokenNameCharsMax = 64
export const tokenRoomsMax = 100
/** Bots of one user. */
export const botsMax = 100
/** People whom one invite lets in, and for how many days unless it is told. */
export const inviteUsesMax = 1_000
export const inviteDaysDefault = 7
/** Invites that can still be used: of one user, and to one room. */
export const invitesMax = 100
export const roomInvitesMax = 200
/** How long a code that the one who runs the server has made signs somebody in who lost theirs. */
export const resetMs = 24 * 60 * 60 * 1000
/** A room's title, in code points. */
export const titleCharsMax = 100
/** For how many days at most a room can be told to keep what is written; without that it keeps it for ever. */
export const retainDaysMax = 3_650

/** A request: its body, its target and its header section, in bytes. */
export const bodyBytesMax = 64 * 1024
export const urlBytesMax = 8 * 1024
export const headerBytesMax = 16 * 1024
/** What one user may make a server hold: large answers that they have not read yet, large bodies that they have not sent whole, in bytes. */
export const backlogBytesMax = 8 * 1024 * 1024
/** Header fields of a request. */
export const headerFieldsMax = 100

/** Messages on a page of history. */
export const historyLimitDefault = 50
export const historyLimitMax = 200
/** Events on a page of the log. */
export const eventsLimitDefault = 100
export const eventsLimitMax = 500
/** Text on a page of either: whichever bound is met first, but one message or event at least. */
export const pageBytesMax = 256 * 1024
/** Messages on a page of what a search found; what is searched for, in code points and in words. */
export const searchLimitDefault = 20
export const searchLimitMax = 100
export const searchCharsMax = 400
export const searchWordsMax = 16
/** Searches that one user may have under way at once. */
export const concurrentSearchesMax = 4
/** Entries on a page of any other list: rooms, members. */
export const listLimitDefault = 100
export const listLimitMax = 200
/** How long a request for events may be held until there is one, in seconds. */
export const waitSecondsMax = 60
/** Rooms that one request for events may name. */
export const followedRoomsMax = 50
/** Messages are counted as unread up to this number. */
export const unreadMessagesMax = 5_000
/** Rooms that one user may own. */
export const ownedRoomsMax = 1_000

/** Members that one note about coming and going names. */
export const presenceNamesMax = 100
/** Public rooms that one note about new ones names. */
export const toldRoomsMax = 20

/** How long a used Idempotency-Key is remembered, and how long it may be. */
export const idempotencyKeyMs = 24 * 60 * 60 * 1000
export const idempotencyKeyCharsMax = 255

/** A stream says that it is alive this often. */
export const heartbeatMs = 15_000
/** About how old a stream becomes before it is asked to come back, unless the server is told otherwise. */
export const streamAgeMsDefault = 60 * 60 * 1000
