const hourMs = 60 * 60 * 1000
const dayMs = 24 * hourMs

/** How far the clock may have moved since it was noted, every hour while a server runs; beyond that, how long is waited after a jump or a leap. */
export const clockHolds = { movesMaxMs: 2 * hourMs, jumpsMaxMs: 7 * dayMs, jumpedMs: 2 * hourMs, leaptMs: dayMs }

/**
 * For how long nothing is erased for its age after the clock has moved by so much since it was noted last. Whether it jumped or the
 * server was off cannot be told; a clock that is wrong is usually put right within minutes, or within a day where somebody has to see
 * it first. A server that is switched off every night must get to erase something all the same.
 */
export function clockHold(movedMs: number): number {
  const movedBy = Math.abs(movedMs)
  if (movedBy <= clockHolds.movesMaxMs) return 0
  return movedBy <= clockHolds.jumpsMaxMs ? clockHolds.jumpedMs : clockHolds.leaptMs
}
