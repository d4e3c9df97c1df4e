import { nameKey } from '@tertulia/protocol/name-key'

/** Of the 256, those that are read well on black and on white, and told apart from each other. */
const palette = [63, 131, 29, 98, 163, 130, 30, 31, 64, 133, 28, 162] as const

/** The colour of a name, of the 256: the same on every day and every computer, however the name is spelled. */
export function nameColour(name: string): number {
  // FNV-1a, 32 bits.
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(nameKey(name))) hash = Math.imul(hash ^ byte, 0x01000193)
  return palette[(hash >>> 0) % palette.length] as number
}
