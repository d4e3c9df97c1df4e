/** What was asked for cannot be understood; the message is one line. */
export class UsageError extends Error {}
