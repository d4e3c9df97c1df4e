import { clusters, widest } from './width.ts'

/** So far in stand rows that go on below their head, of so many columns: never at column 0, where only our own words may stand. */
export const indentBelow = (columns: number): number => Math.max(1, Math.min(4, Math.floor(columns / 4)))

/**
 * Cut a line into rows of at most so many columns, at spaces where there are any, else between characters. The terminal must never
 * break a line itself: what it carries over would begin at column 0, where only our own words may stand.
 */
export function wrap(line: string, columns: number): string[] {
  const rows: string[] = []
  let row = ''
  let used = 0
  const end = () => {
    rows.push(row)
    row = ''
    used = 0
  }
  // Words with the spaces before them.
  for (const word of line.match(/ *[^ ]+| +$/g) ?? []) {
    const width = widest(word)
    if (used + width <= columns) {
      row += word
      used += width
      continue
    }
    if (used > 0) end()
    for (const cluster of clusters(word.trimStart())) {
      const clusterWidth = widest(cluster)
      if (used > 0 && used + clusterWidth > columns) end()
      row += cluster
      used += clusterWidth
    }
  }
  end()
  return rows
}
