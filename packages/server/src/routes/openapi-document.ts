import { setImmediate as nextTurn } from 'node:timers/promises'
import type { TObject, TSchema } from '@sinclair/typebox'
import { Problem, problems, ref, schemas } from '@tertulia/protocol'
import type { Operation } from '../plugins/operations.ts'
import { answerHeaders, headersNamed, headersOf } from './openapi-headers.ts'
import { problemContent, problemExample, problemsByStatus, problemsOfAll } from './openapi-problems.ts'
import './route-schema.ts'

export interface ContractFacts {
  version: string
  /** Where the paths of this server begin, as it sees them. */
  prefix: string
  /** Where they begin for those who use it. */
  base: string
  /** Where others reach this server; without it the document speaks of the address that it came from. */
  publicUrl?: string | undefined
  /** Whether people are known by tokens of this server. */
  tokens: boolean
}

const tags: Record<string, string> = {
  users: 'Names, and who has them',
  sessions: 'Signing in on a device, and out',
  tokens: 'What programs are known by',
  bots: 'Users who are programs',
  invites: 'Ways in, for others',
  rooms: 'Rooms, public and private',
  members: 'Who belongs to a room',
  messages: 'What was said, page by page',
  events: 'What is being said: the numbered log of every room, live',
  server: 'What this server is and how it is',
  health: 'For what watches over the server',
  'how-to': 'For who knows nothing but the address',
  pages: 'What problems and statuses mean',
  lab: 'The wire of the university lab'
}

/**
 * The contract (OpenAPI 3.1), made of the schemas that requests are checked against and answers are written by. Not by
 * @fastify/swagger: it cannot refer to answers and header fields, drops examples of bodies, and puts the query before the path.
 * Others have a turn after each operation and each schema.
 */
export async function openapiDocument(
  operations: readonly Operation[],
  { version, prefix, base, publicUrl, tokens }: ContractFacts
): Promise<object> {
  const paths: Record<string, Record<string, object>> = {}
  const seen = new Set<string>()
  const refusals = new Set(problemsOfAll)
  const needed = new Set<string>()
  noteSchemas(inDocument(ref(Problem)), needed)
  for (const operation of operations) {
    await nextTurn()
    const { method, url, schema } = operation
    for (const code of [...problemsByStatus(operation).values()].flat()) refusals.add(code)
    if (schema.operationId === undefined || seen.has(schema.operationId)) continue // a second spelling of the same address
    seen.add(schema.operationId)
    const path = url.slice(prefix.length).replace(/:(\w+)/g, '{$1}') || '/'
    const description = described(operation, tokens)
    paths[path] = { ...paths[path], [method.toLowerCase()]: description }
    noteSchemas(description, needed)
  }
  const named: Record<string, object> = {}
  for (const schema of schemas) {
    await nextTurn()
    if (needed.has(schema.$id as string)) named[schema.$id as string] = inDocument(schema)
  }
  const used = new Set(operations.flatMap(({ schema }) => schema.tags ?? []))
  return {
    openapi: '3.1.0',
    info: {
      title: 'Tertulia',
      version,
      summary: 'Group chat over plain HTTP',
      description:
        'Inputs refuse unknown members; readers must ignore unknown members and event types. Every refusal is a problem (RFC 9457).',
      contact: { name: 'Whoever runs this server' },
      license: { name: 'MIT', identifier: 'MIT' }
    },
    servers: [{ url: publicUrl ?? (prefix || '/') }],
    tags: Object.entries(tags)
      .filter(([name]) => used.has(name))
      .map(([name, description]) => ({ name, description })),
    security: tokens ? [{ token: [] }] : [],
    paths,
    components: {
      schemas: named,
      responses: {
        Refused: anyProblem('Refused: the problem says why, and what to do', (status) => status < 500),
        Failed: anyProblem(
          'The server cannot do it now: the problem says why, and whether anything was written',
          (status) => status >= 500
        )
      },
      headers: answerHeaders,
      examples: Object.fromEntries([...refusals].map((code) => [code, problemExample(code, base)])),
      securitySchemes: tokens
        ? { token: { type: 'http', scheme: 'bearer', description: 'From POST /v1/users or POST /v1/sessions' } }
        : undefined
    }
  }
}

function described(operation: Operation, tokens: boolean): object {
  const { schema, bodyTypes } = operation
  const { operationId, summary, description, security } = schema
  const parameters = [
    ...inPlace('path', schema.params),
    ...inPlace('query', schema.querystring),
    ...inPlace('header', schema.requestHeaders)
  ]
  return {
    operationId,
    summary,
    description,
    tags: schema.tags,
    security: tokens ? security : undefined,
    parameters: parameters.length > 0 ? parameters : undefined,
    requestBody: bodyOf(schema, bodyTypes),
    responses: {
      ...refusals(operation),
      ...answers(operation),
      '4XX': { $ref: '#/components/responses/Refused' },
      '5XX': { $ref: '#/components/responses/Failed' }
    }
  }
}

function inPlace(place: 'path' | 'query' | 'header', object: unknown): object[] {
  const { properties = {}, required = [] } = (object ?? {}) as Partial<TObject>
  return Object.entries(properties).map(([name, property]) => {
    const { description, examples, ...schema } = inDocument(property) as { description?: string; examples?: unknown[] }
    const example = examples?.[0]
    return {
      name,
      in: place,
      required: required.includes(name) || undefined,
      description,
      schema,
      example
    }
  })
}

function bodyOf({ body, requestText: text }: Operation['schema'], types: readonly string[]): object | undefined {
  if (text) return requestText(text)
  return body === undefined ? undefined : requestBody(body as TSchema, types)
}

/** A text may come as such; a form has the members of the object. */
function requestBody(schema: TSchema, types: readonly string[]): object {
  const isNeeded = '$ref' in schema || (schema as TObject).required !== undefined
  const example = exampleOf(schema)
  const content = types.map((type) => [
    type,
    type === 'text/plain'
      ? { schema: { type: 'string' }, example: Object.values(example as object)[0] }
      : { schema: inDocument(schema), example }
  ])
  return { required: isNeeded || undefined, content: Object.fromEntries(content) }
}

const requestText = ({ description, example }: { description: string; example: string }): object => ({
  description,
  required: true,
  content: { 'text/plain': { schema: { type: 'string' }, example } }
})

function answers(operation: Operation): Record<string, object> {
  const { params, response, produces = [], examples = {} } = operation.schema
  const schemasByCode = (response ?? {}) as Record<string, TSchema>
  const codes = Object.keys(schemasByCode).filter((code) => code !== 'default')
  if (produces.length > 0 && !codes.some((code) => code.startsWith('2'))) codes.push('200')
  if (params && 'room' in (params as TObject).properties) codes.push('308')
  return Object.fromEntries(
    codes.map((code) => {
      const schema = schemasByCode[code]
      const isText = schema?.type === 'string'
      const content: Record<string, object> = {}
      if (code.startsWith('2')) {
        for (const type of produces) content[type] = answerIn(type, isText ? schema : undefined, examples)
      }
      if (schema && schema.type !== 'null' && !isText) {
        content['application/json'] = { schema: inDocument(schema), example: exampleOf(schema) }
      }
      return [
        code,
        {
          description: schema?.description ?? meanings[code] ?? 'Done',
          ...headersOf(operation, code),
          content: Object.keys(content).length > 0 ? content : undefined
        }
      ]
    })
  )
}

const meanings: Record<string, string> = {
  201: 'Made',
  304: 'Not changed',
  308: 'The room spells its name otherwise: ask there',
  503: 'Not ready'
}

/** An answer in a media type that is not JSON with a schema. */
const answerIn = (type: string, text: TSchema | undefined, examples: Readonly<Record<string, unknown>>): object => ({
  schema: { type: /[/+]json$/.test(type) ? 'object' : 'string' },
  example: text ? exampleOf(text) : examples[type]
})

/** A refusal of each status that this operation has, and which problems it can be. */
const refusals = (operation: Operation): Record<string, object> =>
  Object.fromEntries(
    [...problemsByStatus(operation)].map(([status, codes]) => [
      status,
      { description: `Refused: ${codes.join(', ')}`, ...headersOf(operation, String(status)), content: problemContent(codes) }
    ])
  )

/** A refusal that any request may meet. */
const anyProblem = (description: string, isOfClass: (status: number) => boolean): object => ({
  description,
  ...headersNamed(['Retry-After', 'Accept', 'Accept-Encoding', 'RateLimit']),
  content: problemContent(problemsOfAll.filter((code) => isOfClass(problems[code].status)))
})

/** The example that a schema gives of itself. */
function exampleOf(schema: TSchema): unknown {
  const named = schemas.find(({ $id }) => $id === schema.$ref) ?? schema
  return (named.examples as unknown[] | undefined)?.[0]
}

/** Add the names of the schemas that a description refers to, and of those that these refer to. */
function noteSchemas(description: object, names: Set<string>): void {
  for (const [, name = ''] of JSON.stringify(description).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
    if (names.has(name)) continue
    names.add(name)
    noteSchemas(inDocument(schemas.find(({ $id }) => $id === name) as TSchema), names)
  }
}

/** A schema as JSON, its references leading into this document. */
function inDocument(schema: TSchema): object {
  return JSON.parse(JSON.stringify(schema), (key, value) => {
    if (key === '$ref') return `#/components/schemas/${value}`
    return key === '$id' ? undefined : value
  })
}
