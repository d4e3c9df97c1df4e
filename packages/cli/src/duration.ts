import { CommandError } from './command-error.ts'

const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const
/** Node's timers know no longer time. */
const longestMs = 2 ** 31 - 1

/** A time as people type it, in ms: `30` and `30s` are seconds, `1h30m` is the sum. */
export function durationMs(typed: string): number {
  const ms = /^\d+$/.test(typed) ? Number(typed) * unitMs.s : sum(typed)
  if (ms !== undefined && ms >= 1 && ms <= longestMs) return ms
  throw CommandError.usage(`“${typed}” is no time that can be waited for. One looks like 30s, 10m or 1h30m`)
}

function sum(typed: string): number | undefined {
  if (!/^(?:\d+(?:ms|[smhd]))+$/.test(typed)) return undefined
  return Array.from(typed.matchAll(/(\d+)(ms|[smhd])/g)).reduce(
    (all, [, count, unit]) => all + Number(count) * unitMs[unit as keyof typeof unitMs],
    0
  )
}
