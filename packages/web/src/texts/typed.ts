import { textCharsMax } from '@tertulia/protocol/limits'
import { visible } from '@tertulia/protocol/text-fault'

/** By how many characters a text is longer than a message may be; 0 or less: it is not. */
export const tooManyOf = (text: string): number => (text.length > textCharsMax ? Array.from(text).length - textCharsMax : 0)

export const canBeSent = (text: string): boolean => visible.test(text) && tooManyOf(text) <= 0

/** What was typed or pasted, without what no message may hold: NUL, and halves of characters. */
export const sendable = (text: string): string => text.toWellFormed().replaceAll('\0', '')
