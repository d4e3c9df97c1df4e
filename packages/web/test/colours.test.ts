import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

const read = (file: string): string => readFileSync(new URL(file, import.meta.url), 'utf8')
const look = read('../src/look.css')
const tokens = new Map(
  Array.from(look.matchAll(/--(\w[\w-]*): light-dark\((#\w+), (#\w+)\)/g), ([, name = '', light = '', dark = '']) => [
    name,
    { light, dark }
  ])
)

/** Relative luminance (WCAG 2.2). */
function luminance(hex: string): number {
  const channels = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
  const [r = 0, g = 0, b = 0] = channels.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function contrast(a: string, b: string): number {
  const [bright = 0, dim = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return (bright + 0.05) / (dim + 0.05)
}

const grounds = ['ground', 'side', 'raise', 'tint']
const letters = ['ink', 'soft', 'green', 'brass', 'red', 'n0', 'n1', 'n2', 'n3', 'n4', 'n5']

describe.each(['light', 'dark'] as const)('%s', (mode) => {
  const colour = (name: string): string => {
    const found = tokens.get(name)?.[mode]
    if (!found) throw new Error(`There is no colour --${name}`)
    return found
  }

  test('letters can be read on everything that they stand on', () => {
    const faint = letters.flatMap((letter) =>
      grounds.flatMap((ground) => {
        const ratio = contrast(colour(letter), colour(ground))
        return ratio >= 4.5 ? [] : [`${letter} on ${ground}: ${ratio.toFixed(2)}`]
      })
    )
    expect(faint).toEqual([])
    expect(contrast(colour('on-green'), colour('green'))).toBeGreaterThanOrEqual(4.5)
  })

  test('the border of a field can be seen', () => {
    for (const ground of ['ground', 'raise', 'side'])
      expect(contrast(colour('edge'), colour(ground)), ground).toBeGreaterThanOrEqual(3)
  })
})

test('no colour is chosen outside the tokens', () => {
  const rules = look.slice(look.indexOf('}\n')) + read('../src/page.css') + read('../../server/src/pages/documents.css')
  expect(rules.match(/#[0-9a-f]{3,8}\b/gi) ?? []).toEqual(['#fff', '#000']) // of the QR code, which a camera reads
})
