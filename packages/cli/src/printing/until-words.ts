const dayMs = 24 * 60 * 60 * 1000

/**
 * Until when something holds, as the end of a sentence: `until 2026-12-04`, and within two days with the time of this
 * computer, `until 2026-11-27 14:05`.
 */
export function untilWords(iso: string, now: number): string {
  const at = new Date(iso)
  const isSoon = at.getTime() - now < 2 * dayMs
  // The Swedish way to write a time is that of ISO 8601, without seconds and zone.
  return `until ${isSoon ? at.toLocaleString('sv-SE', { dateStyle: 'short', timeStyle: 'short' }) : iso.slice(0, 10)}`
}
