import { createRequire } from 'node:module'
import { readQr } from './read-qr.ts'

const { Terminal } = createRequire(import.meta.url)('@xterm/headless') as typeof import('@xterm/headless')

/** Columns and rows of the pixels of a cell: as high as two squares. */
const [cellWidth, cellHeight] = [4, 8]

export interface Window {
  columns: number
  rows: number
  /** Grey, 0 to 255, of what nothing is written on. */
  background: number
}

/** What is in a window, seen from outside: a byte of grey for each pixel, of what is visible now. */
async function photograph(bytes: string, { columns, rows, background }: Window) {
  const terminal = new Terminal({ cols: columns, rows, allowProposedApi: true })
  await new Promise<void>((written) => terminal.write(bytes, written))
  const { active } = terminal.buffer
  const [width, height] = [columns * cellWidth, rows * cellHeight]
  const pixels = new Uint8Array(width * height).fill(background)
  /** Of what is painted, the upper left corner. */
  let edge: number | undefined
  for (let row = 0; row < rows; row++) {
    const line = active.getLine(active.baseY + row)
    for (let column = 0; column < columns; column++) {
      const cell = line?.getCell(column)
      if (!cell || cell.isBgDefault()) continue
      const [fore, back] = [grey(cell.getFgColor()), grey(cell.getBgColor())]
      const chars = cell.getChars()
      for (let y = 0; y < cellHeight; y++) {
        const isInk = chars === '█' || chars === (y < cellHeight / 2 ? '▀' : '▄')
        const at = (row * cellHeight + y) * width + column * cellWidth
        pixels.fill(isInk ? fore : back, at, at + cellWidth)
        edge ??= pixels[at]
      }
    }
  }
  return { width, height, pixels, edge }
}

/** The text of the code that can be seen in a window. */
export async function scan(bytes: string, window: Window): Promise<string> {
  const { width, height, pixels, edge } = await photograph(bytes, window)
  const data = new Uint8ClampedArray(width * height * 4)
  for (const [at, value] of pixels.entries()) data.set([value, value, value, 255], at * 4)
  return readQr({ width, height, data }, edge)
}

/** Of a colour of the 256, as far as a code needs them. */
function grey(colour: number): number {
  const greys: Record<number, number> = { 0: 0, 15: 255, 16: 0, 231: 255 }
  return greys[colour] ?? 128
}
