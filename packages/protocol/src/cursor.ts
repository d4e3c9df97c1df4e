/**
 * A place in one room's log: every event up to and including `seq` has been seen.
 * `epoch` names the life of the store that numbered it; a number of another life means nothing.
 */
export interface Cursor {
  epoch: string
  seq: number
}

/** What a reader may ask to start after: the beginning, the present end, or a place it knows. */
export type After = 'beginning' | 'now' | Cursor

export const epochPattern = '[0-9a-z]{8,16}'
const written = new RegExp(`^(${epochPattern})\\.(0|[1-9][0-9]{0,15})$`)

export const formatCursor = (epoch: string, seq: number): string => `${epoch}.${seq}`

/** Read `0`, `now` or `<epoch>.<seq>`; undefined if it is none of them. */
export function parseAfter(text: string): After | undefined {
  if (text === '0') return 'beginning'
  if (text === 'now') return 'now'
  const [, epoch, digits] = written.exec(text) ?? []
  const seq = Number(digits)
  return epoch !== undefined && Number.isSafeInteger(seq) ? { epoch, seq } : undefined
}
