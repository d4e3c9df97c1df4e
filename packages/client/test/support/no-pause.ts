import type { Pace } from '../../src/index.ts'

/** Waits nowhere, but remembers how long it should have waited; chance always takes the most. */
export function noPause(): Pace & { pauses: number[] } {
  const pauses: number[] = []
  return {
    pauses,
    random: () => 1,
    async pause(ms, signal) {
      signal?.throwIfAborted()
      pauses.push(ms)
    }
  }
}
