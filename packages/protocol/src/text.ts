import { Type } from '@sinclair/typebox'
import { textCharsMax } from './limits.ts'

/** The property of a schema that holds a text; what a length cannot say is in `text-fault.ts`. */
export const messageText = Type.String({
  minLength: 1,
  maxLength: textCharsMax,
  description: `Plain text, 1 to ${textCharsMax} code points, at least one of them visible`
})
