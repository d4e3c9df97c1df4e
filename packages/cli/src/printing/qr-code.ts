import { encode } from 'uqr'
import type { Look } from './look.ts'

/** What a scanner needs around the code, and what most of them are content with. */
const borders = [4, 2]

/** Black on white, whatever the theme of the terminal has made of its first colours; the last two are all that some have. */
const paints = { 256: '\x1b[38;5;231;48;5;16m', 16: '\x1b[97;40m' }

/**
 * A text to be scanned from a terminal, two modules one above the other in each cell.
 * @returns undefined: there is no room for it above a prompt, or nothing may be coloured. What is light on a dark terminal is dark on a light
 *   one, and few scanners read an inverted code
 */
export function qrLines(
  text: string,
  { columns, rows }: { columns: number; rows: number },
  { colours }: Look
): string[] | undefined {
  if (colours === 0) return undefined
  for (const border of borders) {
    const { data, size } = encode(text, { border })
    if (size >= columns || Math.ceil(size / 2) >= rows) continue
    const isDark = (row: number, column: number) => data[row]?.[column] === true
    return Array.from({ length: Math.ceil(size / 2) }, (_, line) => {
      const cells = Array.from({ length: size }, (_, column) => cell(isDark(line * 2, column), isDark(line * 2 + 1, column)))
      return `${paints[colours]}${cells.join('')}\x1b[0m`
    })
  }
  return undefined
}

/** What is drawn is light. */
const cell = (upperIsDark: boolean, lowerIsDark: boolean): string =>
  upperIsDark ? (lowerIsDark ? ' ' : '▄') : lowerIsDark ? '▀' : '█'
