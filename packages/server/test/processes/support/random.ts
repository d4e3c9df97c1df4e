/** Repeatable random numbers from a seed (mulberry32), so that a failed run can be run again. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** The seed of this run: `SEED=…` repeats one. */
export const seedOfThisRun = (): number => Number(process.env.SEED ?? Date.now() % 1e9)
