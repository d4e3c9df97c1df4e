/**
 * Text of others, made harmless for a terminal or a page: whatever could move the cursor, change the order of letters or hide is spelled out
 * (`\x1b`, `\u{202e}`), and every script and emoji stays whole.
 */

/** Scripts whose letters are joined or kept apart by U+200C and U+200D. */
const joining = `Arabic Syriac Mongolian Nko Mandaic Adlam Devanagari Bengali Gurmukhi Gujarati Oriya Tamil Telugu
  Kannada Malayalam Sinhala Khmer Myanmar Tibetan Balinese Javanese`
  .split(/\s+/)
  .map((script) => String.raw`\p{Script=${script}}`)
  .join('')

const harmless = [
  // Families, flags, keycaps, skins.
  String.raw`\p{RGI_Emoji}`,
  // Text or emoji form of one sign.
  String.raw`\p{Extended_Pictographic}[\ufe0e\ufe0f]`,
  // Families newer than this Node.
  String.raw`(?<=\p{Extended_Pictographic}[\ufe0f\p{Emoji_Modifier}]?)\u200d(?=\p{Extended_Pictographic})`,
  // Persian and Indic spelling.
  String.raw`(?<=[${joining}])[\u200c\u200d](?=[${joining}])`,
  // Variants of Han characters.
  String.raw`(?<=\p{Unified_Ideograph})[\ufe00-\ufe0f\u{e0100}-\u{e01ef}]`
]

const harmful = [
  // A fifth mark on one letter, or a mark on nothing.
  String.raw`(?<=\p{M}{4})\p{M}`,
  String.raw`(?<!\S)\p{M}`,
  // Control, separator, invisible and forbidden characters.
  String.raw`[\p{Cc}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\ufff9-\ufffb]`
]

/** Compiling it takes some 20 ms, which most starts of a command do without. A literal with the flag v would need a newer target than Node 20. */
let both: RegExp | undefined
const pattern = () => (both ??= new RegExp(`(${harmless.join('|')})|${harmful.join('|')}`, 'gv'))

/** Latin letters, digits and the usual punctuation: nothing in such a line is spelled out. */
const ordinary = /^[\x20-\x7e\xa1-\xac\xae-\u02ff\u2010-\u2027]*$/

function spelled(character: string): string {
  const hex = (character.codePointAt(0) ?? 0).toString(16)
  return hex.length <= 2 ? `\\x${hex.padStart(2, '0')}` : `\\u{${hex}}`
}

/** One line of text. A newline in it is spelled out too. */
export function neutralise(line: string): string {
  if (ordinary.test(line)) return line
  return line
    .toWellFormed()
    .replaceAll('\t', '  ')
    .replace(pattern(), (character, keep: string | undefined) => keep ?? spelled(character))
}

/** The lines of a text, each made harmless. */
export const neutraliseLines = (text: string): string[] => text.split(/\r?\n/).map(neutralise)

/** What is harmful anywhere. In JSON it can only stand inside strings, where it may be spelled `\uXXXX`. */
const unsafe = /[\p{Cc}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\ufff9-\ufffb]/gu

/** JSON in one line, which a terminal may show: it says the same, with dangerous characters spelled out. */
export const neutraliseJson = (json: string): string =>
  json.replace(unsafe, (character) => {
    let units = ''
    for (let at = 0; at < character.length; at++) units += `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`
    return units
  })
