/** Of a long text the beginning is enough to know it again. */
const quotedChars = 200

/** A text in a sentence of ours, on one line. */
export const quoted = (text: string): string =>
  (text.length > quotedChars ? `${text.slice(0, quotedChars)}…` : text).replaceAll('\n', '⏎')
