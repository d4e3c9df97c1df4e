/** A promise was broken, or the run cannot go on: it ends with this. */
export class Fault extends Error {}

export function hold(condition: boolean, words: () => string): asserts condition {
  if (!condition) throw new Fault(words())
}
