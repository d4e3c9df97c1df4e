/** `İ` in lower case is an i with a second dot, which nobody sees. */
const secondDot = /(?<=\p{Soft_Dotted})\u0307+/gu

/**
 * What two spellings of one name have in common: names are unique by this. Compatibility forms (NFKC) and case make no difference,
 * nor does what is one in upper case (`ß` and `ss`, `σας` and `σασ`, `ı` and `i`). The key of a key is itself. Letters keep
 * their form wherever they stand, so that whoever types the first letters of a name finds it.
 */
export function nameKey(name: string): string {
  // Lower case comes first as well, because `ẞ` has no other way to `SS`.
  const inOneCase = name.normalize('NFKC').toLowerCase().toUpperCase().toLowerCase().replaceAll('ς', 'σ')
  return inOneCase.normalize('NFKC').replace(secondDot, '').normalize('NFKC')
}

/** The key by which names were unique at first. Where two of those have one key now, the second is still known by this one. */
export const formerNameKey = (name: string): string => name.normalize('NFKC').toLowerCase().normalize('NFKC')

/**
 * The order of lists: keys by their code points. That is also the order of their UTF-8 bytes, so every store has it;
 * `<` compares UTF-16 units and puts what is beyond U+FFFF too early.
 */
export function compareKeys(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length)
  for (let at = 0; at < shorter; at++) {
    const [x, y] = [a.charCodeAt(at), b.charCodeAt(at)]
    if (x !== y) return rank(x) - rank(y)
  }
  return a.length - b.length
}

/** Surrogates, which stand for what is beyond U+FFFF, come last. */
const rank = (unit: number): number => (unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800)
