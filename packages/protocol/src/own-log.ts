/** What a user's own log is called where rooms are named. No name begins so. */
export const ownLogName = '@me'

/** So many of its events are kept; what is older goes with each one that comes. */
export const ownEventsKept = 1_000
