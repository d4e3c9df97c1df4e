import { statSync } from 'node:fs'

/** How much there is of a file that will have about so many bytes in the end, from 0 to 1. */
export const grownPart = (file: string, bytes: number): number =>
  Math.min(1, (statSync(file, { throwIfNoEntry: false })?.size ?? 0) / Math.max(1, bytes))
