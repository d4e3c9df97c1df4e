import { timerMs } from './wait-limits.ts'

/** Where waiting and chance come from; a test brings its own. */
export interface Pace {
  /** Wait this many ms; rejects with the signal's reason as soon as it is aborted. */
  pause(ms: number, signal: AbortSignal | undefined): Promise<void>
  /** From 0 to 1, as Math.random. */
  random(): number
}

export const realPace: Pace = {
  random: Math.random,
  pause: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const abort = () => {
        clearTimeout(timer)
        reject(signal?.reason)
      }
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', abort)
        resolve()
      }, timerMs(ms))
      signal?.addEventListener('abort', abort, { once: true })
    })
}

/**
 * How long to wait after this many failures in a row, in ms: anything up to a bound that doubles each time. Choosing from the
 * whole span ("full jitter") keeps those who were cut together from coming back together.
 */
export function backoffMs(
  failures: number,
  { firstMs, maxMs }: { firstMs: number; maxMs: number },
  random: () => number
): number {
  return Math.round(random() * Math.min(maxMs, firstMs * 2 ** Math.min(failures, 30)))
}
