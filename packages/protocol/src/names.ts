import { Type } from '@sinclair/typebox'
import { nameCharsMax } from './limits.ts'
import { nameRule } from './name-fault.ts'

/** The property of a schema that holds a new name; what a pattern cannot say is in `nameFault`. */
export const newName = Type.String({ minLength: 1, maxLength: nameCharsMax, description: `A name, ${nameRule}` })
