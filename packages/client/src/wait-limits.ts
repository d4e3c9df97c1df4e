/** The longest that a timer of Node or of a browser can hold. It takes more for 1 ms, and so would be over at once. */
const timerMsMax = 2 ** 31 - 1

/**
 * The longest that somebody else can make us wait, in ms: five minutes. Whatever a proxy says, who follows a room asks again every few
 * minutes, so that a wrong header costs minutes and not days.
 */
const askedMsMax = 5 * 60_000

/** A time for a timer, so that none that is too long, negative or no number is over at once. */
export const timerMs = (ms: number): number => (ms > 0 ? Math.min(ms, timerMsMax) : 0)

/** A wait that somebody else has asked for, in ms; undefined where it is no time. */
export function askedMs(ms: unknown): number | undefined {
  return typeof ms !== 'number' || Number.isNaN(ms) ? undefined : Math.min(Math.max(0, ms), askedMsMax)
}
