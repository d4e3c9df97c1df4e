/** What two spellings of one name have in common: names are unique by this (NFKC and lower case). */
export const nameKey = (name: string): string => name.normalize('NFKC').toLowerCase().normalize('NFKC')

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
