import { CommandError } from '../failing/command-error.ts'

const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const
/** Node's timers know no longer time. */
const longestMs = 2 ** 31 - 1

/** A time as people type it, in ms: `30` and `30s` are seconds, `1h30m` is the sum. */
export function durationMs(typed: string): number {
  const ms = /^\d+$/.test(typed) ? Number(typed) * unitMs.s : sum(typed)
  if (ms === undefined || ms < 1) throw CommandError.usage(`“${typed}” is not a duration (try 30s, 10m, 2h)`)
  if (ms > longestMs) throw CommandError.usage(`“${typed}” is too long; the longest duration is 24d`)
  return ms
}

/** So that every date has four digits for its year. */
const lifeDaysMax = 36_500

/** When something expires that lasts so long from now, RFC 3339. A number alone could be seconds or days. */
export function expiryAfter(typed: string, nowMs: number): string {
  const ms = sum(typed)
  if (ms === undefined || ms < 1) throw CommandError.usage(`“${typed}” is not a duration (try 12h, 7d, 90d)`)
  if (ms > lifeDaysMax * unitMs.d) throw CommandError.usage(`“${typed}” is too long; the longest duration is ${lifeDaysMax}d`)
  return new Date(nowMs + ms).toISOString()
}

function sum(typed: string): number | undefined {
  if (!/^(?:\d+(?:ms|[smhd]))+$/.test(typed)) return undefined
  return Array.from(typed.matchAll(/(\d+)(ms|[smhd])/g)).reduce(
    (all, [, count, unit]) => all + Number(count) * unitMs[unit as keyof typeof unitMs],
    0
  )
}

const spelled = { d: 'd', h: 'h', m: 'min', s: 's', ms: 'ms' } as const

/** A time in words, with its units: `1 h 30 min`. */
export function durationWords(ms: number): string {
  let rest = ms
  const parts = Object.entries(spelled).flatMap(([unit, word]) => {
    const count = Math.floor(rest / unitMs[unit as keyof typeof unitMs])
    rest -= count * unitMs[unit as keyof typeof unitMs]
    return count === 0 ? [] : [`${count} ${word}`]
  })
  return parts.join(' ')
}
