const hourMs = 60 * 60 * 1000
const dayMs = 24 * hourMs

/** The clock is noted every hour while a server runs. */
const movesMaxMs = 2 * hourMs

/**
 * For how long nothing is erased for its age after the clock has moved by so much since it was noted last. Whether it jumped or the
 * server was off cannot be told; a clock that is wrong is usually put right within minutes, or within a day where somebody has to see
 * it first. A server that is switched off every night must get to erase something all the same.
 */
export function clockHold(movedMs: number): number {
  const movedBy = Math.abs(movedMs)
  if (movedBy <= movesMaxMs) return 0
  return movedBy <= 7 * dayMs ? 2 * hourMs : dayMs
}
