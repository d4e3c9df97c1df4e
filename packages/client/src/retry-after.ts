import type { TransportResponse } from './transport.ts'
import { askedMs } from './wait-limits.ts'

/** A date of HTTP in any of its three forms (RFC 9110 section 5.6.7): each begins with the day of the week. */
const date = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? /

/**
 * How long an answer asks to wait before the next try (RFC 9110 section 10.2.3), in ms from now; undefined if it asks for nothing that
 * can be understood.
 */
export function retryAfterMs({ header }: Pick<TransportResponse, 'header'>): number | undefined {
  const value = header('retry-after')
  if (value === null) return undefined
  if (/^\d+$/.test(value)) return askedMs(Number(value) * 1_000)
  // Between two times of the same clock: ours may be wrong.
  return askedMs(time(value) - (time(header('date') ?? '') || Date.now()))
}

/** In ms; NaN if it is none. One form names no time zone, and is in GMT all the same. */
const time = (value: string): number =>
  date.test(value) ? Date.parse(value.endsWith('GMT') ? value : `${value} GMT`) : Number.NaN
