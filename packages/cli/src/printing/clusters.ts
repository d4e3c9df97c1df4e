const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** What a reader takes for single characters: a letter with its accents, a whole family of emoji. */
export const clusters = (text: string): string[] => Array.from(segmenter.segment(text), ({ segment }) => segment)
