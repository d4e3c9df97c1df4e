import { eastAsianWidth } from 'get-east-asian-width'

const zero = /^[\p{Mn}\p{Me}\p{Default_Ignorable_Code_Point}]$/u
const wide = /^\p{Emoji_Presentation}$/u
const emojiForm = '\ufe0f'

/**
 * The most columns that a terminal may need for the text. No two terminals agree on emoji, so nothing here relies on an exact
 * width: rows that fit by this bound fit everywhere.
 */
export function widest(text: string): number {
  let columns = 0
  for (const character of text) {
    if (character === emojiForm) columns += 1
    else if (wide.test(character)) columns += 2
    else if (!zero.test(character)) columns += eastAsianWidth(character.codePointAt(0) ?? 0)
  }
  return columns
}

/** The text with spaces after it, so that it takes so many columns at least. */
export const padded = (text: string, columns: number): string => text + ' '.repeat(Math.max(0, columns - widest(text)))

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** Latin letters, digits and the usual punctuation, which are each a character: to find that out is 50 times faster. */
const singles = /^[\x20-\x7e\xa1-\xac\xae-\u02ff]*$/

/** What a reader takes for single characters: a letter with its accents, a whole family of emoji. */
export const clusters = (text: string): string[] =>
  singles.test(text) ? Array.from(text) : Array.from(segmenter.segment(text), ({ segment }) => segment)

/** The single character that has this place, in UTF-16 units, within it; undefined behind the last one. */
export const clusterAt = (text: string, at: number): Intl.SegmentData | undefined => segmenter.segment(text).containing(at)

/** A character that every terminal draws as wide as we think: a letter and the marks on it, or a single emoji. */
const certain = /^(?:\p{Emoji_Presentation}|[^\p{Extended_Pictographic}\p{Regional_Indicator}\p{M}]\p{Mn}*)$/u

/** Whether no terminal needs fewer columns than {@link widest}. */
export const isCertain = (text: string): boolean => clusters(text).every((cluster) => certain.test(cluster))

/** The fewest columns that a terminal may need for the text. */
export const narrowest = (text: string): number =>
  clusters(text).reduce((sum, cluster) => sum + (certain.test(cluster) ? widest(cluster) : 1), 0)
