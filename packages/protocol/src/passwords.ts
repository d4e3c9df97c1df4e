import { Type } from '@sinclair/typebox'
import { passwordCharsMax, passwordCharsMin } from './limits.ts'

/** The property of a schema that holds a new password; how it is counted is in {@link passwordFault}. */
export const newPassword = Type.String({
  minLength: passwordCharsMin,
  maxLength: passwordCharsMax,
  description: `A password, ${passwordCharsMin} to ${passwordCharsMax} characters`
})

/** A password as it is compared: however a keyboard puts its letters together, it is the same (Unicode NFC). */
export const comparedPassword = (password: string): string => password.normalize('NFC')

/** Why `password` cannot be one, as the end of the sentence “A password …”; undefined if it can. */
export function passwordFault(password: string): string | undefined {
  if (!password.isWellFormed()) return 'must be well-formed Unicode'
  const chars = [...comparedPassword(password)].length
  if (chars < passwordCharsMin) return `needs at least ${passwordCharsMin} characters`
  return chars > passwordCharsMax ? `has ${chars} characters; the limit is ${passwordCharsMax}` : undefined
}
