import { textCharsMax } from './limits.ts'

/** A character that can be seen. */
export const visible = /[^\p{White_Space}\p{Cc}\p{Cf}\p{Noncharacter_Code_Point}\p{Default_Ignorable_Code_Point}\u2800]/u

/** Why `text` cannot be sent, as the end of the sentence “The text …”; undefined if it can. */
export function textFault(text: string): string | undefined {
  if (!text.isWellFormed()) return 'contains half of a surrogate pair; send whole characters'
  if (text.includes('\0')) return 'contains the character U+0000, which no message may hold'
  if (!visible.test(text)) return 'needs at least one visible character'
  let chars = 0
  if (text.length > textCharsMax) for (const _ of text) chars++
  return chars > textCharsMax ? `has ${chars} characters; the limit is ${textCharsMax}` : undefined
}
