/** What texts are searched by: their words, however they are spelled. Every back end finds the same. */

/** Written without spaces between words: every character counts as one, so that any part of a sentence is found. */
const unspaced =
  '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}'
/** A character of a word that has several. */
const letter = `(?![${unspaced}])[\\p{L}\\p{N}\\p{M}\\p{Co}]`
/** Emoji, currencies, arrows: each is a word. Those of ASCII are parts of names at most, such as `C++`. */
const symbol = '(?![\\x00-\\x7f])[\\p{So}\\p{Sm}\\p{Sc}]'
const word = new RegExp(`[${unspaced}]\\p{M}*|${symbol}|(?:${letter})+`, 'gu')

/** Accents, and what else is put on letters of several scripts; not the signs that tell か from が. */
const accents = /(?![\u3099\u309a])(?=\p{Script=Inherited})\p{M}/gu
const ascii = /^[\0-\x7f]*$/

/** Longer ones are told apart by their beginnings. */
const wordCharsMax = 100

/** The same for all spellings of a text: without case, accents, width and typographic quotes and hyphens. */
export function folded(text: string): string {
  if (ascii.test(text)) return text.toLowerCase()
  return text
    .normalize('NFKD')
    .replace(accents, '')
    .normalize('NFC')
    .toUpperCase() // `straße` is one with `STRASSE`
    .toLowerCase()
    .replaceAll('ς', 'σ')
    .replace(/[‘’ʼ]/g, "'")
    .replace(/[‐‑]/g, '-')
}

/** The words of a folded text, in their order. */
export const wordsIn = (text: string): string[] =>
  (text.match(word) ?? []).map((found) => (found.length <= wordCharsMax ? found : [...found].slice(0, wordCharsMax).join('')))

/** What a text is searched by: each of its words once. */
export const searchedBy = (text: string): string => [...new Set(wordsIn(folded(text)))].join(' ')

/** One thing that a text must have to be found. */
export interface Term {
  /** These words next to each other. */
  words: readonly string[]
  /** The last of them may go on. */
  isBeginning: boolean
  /** This must be there letter by letter too, such as `c++20`; folded. */
  literals: readonly string[]
}

/**
 * What is searched for: every word, those between quotes next to each other; the last word, if it is not in quotes, may go on.
 * What stands inside a word, or around it and is no punctuation, has to be there too: `C++20` is not found in “C 20”.
 */
export function termsOf(query: string): Term[] {
  const parts = query.replace(/[“”„«»＂]/g, '"').split('"')
  const terms = parts.flatMap((part, n) => (n % 2 === 1 ? [phrase(part)] : pieces(part).map(phrase)))
  // After a sign such as that of `C++` its last word is finished.
  const isOpen =
    parts.length % 2 === 1 &&
    endsInWord.test(
      folded(parts.at(-1) ?? '')
        .trimEnd()
        .replace(after, '')
    )
  const found = terms.filter(({ words }) => words.length > 0)
  const last = found.at(-1)
  if (last && isOpen && last === terms.at(-1)) last.isBeginning = true
  return found
}

const phrase = (text: string): Term => {
  const parts = pieces(text).map((piece) => folded(piece).replace(before, '').replace(after, ''))
  const literals = parts.filter((part) => wordsIn(part).length > 0 && wordsIn(part).join('') !== part)
  return { words: wordsIn(parts.join(' ')), isBeginning: false, literals }
}

const pieces = (text: string): string[] => text.split(/\s+/u).filter(Boolean)

/** Punctuation that belongs to the sentence, not to the word. */
const before = /^[\p{Ps}\p{Pi}\p{Pf}'¿¡.,;:!?…]+/u
const after = /[\p{Pe}\p{Pi}\p{Pf}'.,;:!?…]+$/u

const endsInWord = new RegExp(`(?:[${unspaced}]|${symbol}|${letter})$`, 'u')

/** Looks for what must be there letter by letter, in a text that has the words of all terms. */
export function literalsTest(terms: readonly Term[]): ((text: string) => boolean) | undefined {
  const wanted = terms.flatMap(({ literals, isBeginning }) =>
    literals.map((literal, n) => literalPattern(literal, isBeginning && n === literals.length - 1))
  )
  if (wanted.length === 0) return undefined
  return (text) => {
    const there = folded(text)
    return wanted.every((pattern) => pattern.test(there))
  }
}

/** Not in the middle of a word. */
function literalPattern(literal: string, isBeginning: boolean): RegExp {
  const escaped = literal.replace(/[\\^$.*+?()[\]{}|/]/g, (character) => `\\${character}`)
  const begins = new RegExp(`^${letter}`, 'u').test(literal) ? `(?<!${letter})` : ''
  const ends = !isBeginning && new RegExp(`(?:${letter})$`, 'u').test(literal) ? `(?!${letter})` : ''
  return new RegExp(`${begins}${escaped}${ends}`, 'u')
}
