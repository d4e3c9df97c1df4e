/** What was asked for is clear, but not possible here; the message is one line that says what to do. */
export class CannotStart extends Error {}
