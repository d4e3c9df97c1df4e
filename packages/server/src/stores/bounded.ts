import type { PageBounds } from './records.ts'

/**
 * As many rows as both bounds allow, and one at least. The first that is beyond them ends the read.
 * @param textOf  the text of a row, whose bytes count
 */
export function bounded<T>(rows: Iterable<T>, { limit, bytes }: PageBounds, textOf: (row: T) => string | null): T[] {
  const taken: T[] = []
  let left = bytes
  for (const row of rows) {
    left -= Buffer.byteLength(textOf(row) ?? '')
    if (left < 0 && taken.length > 0) break
    taken.push(row)
    if (taken.length === limit) break
  }
  return taken
}
