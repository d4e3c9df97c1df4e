import type { TObject, TSchema } from '@sinclair/typebox'
import type { TypeCheck } from '@sinclair/typebox/compiler'
import { type ValueError, ValueErrorType } from '@sinclair/typebox/errors'
import type { ProblemItem } from '@tertulia/protocol'

/** More than anybody mends at once. */
const itemsMax = 10

/** What is wrong with `value`, each as the end of a sentence about what `pointer` points to. */
export function faultsOf(check: TypeCheck<TSchema>, value: unknown): ProblemItem[] {
  const items = new Map<string, ProblemItem>()
  for (const error of check.Errors(value)) {
    if (items.has(error.path)) continue // what comes first says it best: a missing text is no string either
    const detail = faultText(error)
    if (detail !== undefined) items.set(error.path, { pointer: pointerTo(error.path), detail })
    if (items.size === itemsMax) break
  }
  return [...items.values()]
}

/** A JSON Pointer as a URI fragment (RFC 6901, section 6). */
const pointerTo = (path: string): string => encodeURI(`#${path.toWellFormed()}`)

/** What the items say, as sentences; `whole` is what the pointer `#` means. */
export const inSentences = (items: readonly ProblemItem[], whole: string): string =>
  items.map(({ pointer, detail }) => `${pointer === '#' ? whole : memberOf(pointer)} ${detail}.`).join(' ')

const memberOf = (pointer: string): string => decodeURI(pointer).slice(2).replaceAll('~1', '/').replaceAll('~0', '~')

function faultText({ type, schema, value, message }: ValueError): string | undefined {
  switch (type) {
    case ValueErrorType.ObjectRequiredProperty:
      return 'is missing'
    case ValueErrorType.ObjectAdditionalProperties:
      return `is unknown${members(schema) && `; known: ${members(schema)}`}`
    case ValueErrorType.Object:
      return members(schema) === ''
        ? 'must be an object without members'
        : `must be an object with these members: ${members(schema)}`
    case ValueErrorType.ObjectMinProperties:
      return `must have at least one of these members: ${members(schema)}`
    case ValueErrorType.String:
      return 'must be a string'
    case ValueErrorType.StringMinLength:
      if (value === '' || schema.minLength === 1) return 'must not be empty'
      return `has ${[...(value as string)].length} characters; it needs at least ${schema.minLength}`
    case ValueErrorType.StringMaxLength: {
      // JSON Schema counts code points; this validator counts UTF-16 units, of which there may be more.
      const chars = [...(value as string)].length
      return chars > schema.maxLength ? `has ${chars} characters; the limit is ${schema.maxLength}` : undefined
    }
    case ValueErrorType.Integer:
    case ValueErrorType.IntegerMinimum:
    case ValueErrorType.IntegerMaximum:
      return `must be ${wholeNumber(schema)}`
    case ValueErrorType.Boolean:
      return 'must be true or false'
    case ValueErrorType.Union:
      return alternatives(schema.anyOf as TSchema[])
    default:
      return message
  }
}

const alternatives = (options: readonly TSchema[]): string =>
  options.every((option) => option.const !== undefined)
    ? `must be one of: ${options.map((option) => String(option.const)).join(', ')}`
    : `must be ${options.map(kindOf).join(' or ')}`

function kindOf(schema: TSchema): string {
  switch (schema.type) {
    case 'array':
      return `a list of ${schema.minItems} to ${schema.maxItems}`
    case 'integer':
      return wholeNumber(schema)
    case 'null':
      return 'null'
    default:
      return `a ${schema.type}`
  }
}

const members = (schema: TSchema): string => Object.keys((schema as TObject).properties).join(', ')

const wholeNumber = ({ minimum, maximum }: TSchema): string =>
  `a whole number ${maximum === undefined ? `of at least ${minimum}` : `from ${minimum} to ${maximum}`}`
