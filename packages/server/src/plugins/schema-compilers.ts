import type { TObject, TSchema } from '@sinclair/typebox'
import { type TypeCheck, TypeCompiler } from '@sinclair/typebox/compiler'
import { type ProblemItem, schemas } from '@tertulia/protocol'
import fp from 'fastify-plugin'
import { compiledOnce } from '../requests/compiled-once.ts'
import { faultsOf, inSentences } from '../requests/faults.ts'
import { ChatError } from '../services/chat-error.ts'
import { inviteNotFound, messageNotFound, roomNotFound, tokenNotFound, userNotFound } from '../services/refusals.ts'

type Validator = (value: unknown) => { value: unknown } | { error: Error }

/**
 * Checks what comes in against the schema of its route, without changing it, and says in our words what is wrong, with our own
 * compiler and our named schemas: an app that this one is part of may have others of the same names. Answers are written as they
 * are: services give the shapes that the contract describes, which tests compare. A writer made of a schema would take up to 30 ms
 * the first time that it is used, and as long as this later.
 */
export const schemaCompilers = fp(
  async (app) => {
    app.setValidatorCompiler<TSchema>(({ schema, httpPart }) => {
      if (httpPart === 'params') return nameable
      return httpPart === 'querystring' ? asRead : body(schema)
    })
    app.setSerializerCompiler(() => JSON.stringify)
  },
  { name: 'schema-compilers' }
)

const bodyValidator =
  (check: TypeCheck<TSchema>): Validator =>
  (body) => {
    if (check.Check(body)) return { value: body }
    const errors = faultsOf(check, body)
    return errors.length > 0
      ? { error: new ChatError('invalid-body', inSentences(errors, 'The body'), { errors }) }
      : { value: body }
  }

/** Queries have been looked at before all else, by syntax-first.ts. */
const asRead: Validator = (value) => ({ value })

/** A query is text: its whole numbers are read as such, in plain digits, and so are true and false. */
const queryValidator =
  (check: TypeCheck<TSchema>, { properties, required }: TObject): Validator =>
  (query) => {
    if (required === undefined && isEmpty(query as object)) return { value: query }
    const read = { ...(query as Record<string, unknown>) }
    for (const [name, text] of Object.entries(read)) {
      const type = properties[name]?.type
      if (type === 'integer' && typeof text === 'string' && wholeNumber.test(text)) read[name] = Number(text)
      if (type === 'boolean' && (text === 'true' || text === 'false')) read[name] = text === 'true'
    }
    if (check.Check(read)) return { value: read }
    const isTwice = ({ pointer }: ProblemItem) =>
      Object.hasOwn(properties, pointer.slice(2)) && Array.isArray(read[pointer.slice(2)])
    const errors = faultsOf(check, read).map((item) => (isTwice(item) ? { ...item, detail: 'must be given once' } : item))
    return { error: new ChatError('invalid-query', inSentences(errors, 'The query'), { errors }) }
  }

const body = compiledOnce((schema: TSchema) => bodyValidator(compiled(schema)))

/** Reads the parameters of a query, which its schema describes. */
export const queryReader = compiledOnce((schema: TSchema) => queryValidator(compiled(schema), schema as TObject))

/** Of the named schemas, the compiler is given only those that it needs: it looks through all that it gets, for 10 ms the first time. */
const compiled = (schema: TSchema): TypeCheck<TSchema> => TypeCompiler.Compile(schema, [...referredTo(schema)])

function referredTo(schema: TSchema, found = new Set<TSchema>()): Set<TSchema> {
  JSON.stringify(schema, (key, value) => {
    const named = key === '$ref' && schemas.find(({ $id }) => $id === value)
    if (named && !found.has(named)) referredTo(named, found.add(named))
    return value
  })
  return found
}

function isEmpty(query: object): boolean {
  for (const _name in query) return false
  return true
}

const wholeNumber = /^(0|[1-9][0-9]{0,15})$/
const id = /^[1-9][0-9]{0,15}$/
/** No name holds U+0000, and a driver might take what comes before it for the name. */
const name = /^[^\0]{1,128}$/

/** Parts of a path that are numbers, and what is said of one that can be none. */
const numbers: ReadonlyArray<[name: string, notFound: (text: string, params: Record<string, string>) => Error]> = [
  ['id', (text, { room = '' }) => messageNotFound(room, text)],
  ['tokenId', tokenNotFound],
  ['inviteId', inviteNotFound]
]

/** Parts of a path that can name nothing are answered as what names nothing. */
const nameable: Validator = (value) => {
  const params = value as Record<string, string>
  if (params.room !== undefined && !name.test(params.room)) return { error: roomNotFound(params.room) }
  if (params.name !== undefined && !name.test(params.name)) return { error: userNotFound(params.name) }
  const read: Record<string, string | number> = { ...params }
  for (const [name, notFound] of numbers) {
    const text = params[name]
    if (text === undefined) continue
    const number = id.test(text) ? Number(text) : Number.NaN
    if (!Number.isSafeInteger(number)) return { error: notFound(text, params) }
    read[name] = number
  }
  return { value: read }
}
