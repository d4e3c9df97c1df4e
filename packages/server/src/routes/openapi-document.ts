import type { TObject, TSchema } from '@sinclair/typebox'
import { schemas } from '@tertulia/protocol'
import type { Operation } from '../plugins/operations.ts'
import './route-schema.ts'

export interface ContractFacts {
  version: string
  /** Where others reach this server; without it the document speaks of the address that it came from. */
  publicUrl?: string | undefined
  /** Whether people are known by tokens of this server. */
  tokens: boolean
}

const tags: Record<string, string> = {
  users: 'Names, and the tokens that speak for them',
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

/** The contract (OpenAPI 3.1), made of the schemas that requests are checked against and answers are written by. */
export function openapiDocument(operations: readonly Operation[], { version, publicUrl, tokens }: ContractFacts): object {
  const paths: Record<string, Record<string, object>> = {}
  const seen = new Set<string>()
  for (const operation of operations) {
    const { method, url, schema } = operation
    if (schema.operationId === undefined || seen.has(schema.operationId)) continue // a second spelling of the same address
    seen.add(schema.operationId)
    const path = url.replace(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [method.toLowerCase()]: described(operation, tokens) }
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
      license: { name: 'MIT', identifier: 'MIT' }
    },
    servers: [{ url: publicUrl ?? '/' }],
    tags: Object.entries(tags)
      .filter(([name]) => used.has(name))
      .map(([name, description]) => ({ name, description })),
    security: tokens ? [{ token: [] }] : [],
    paths,
    components: {
      schemas: Object.fromEntries(schemas.map((schema) => [schema.$id, plain(schema)])),
      responses: {
        Refused: problem('Refused: the problem says why, and what to do'),
        Failed: problem('The server cannot do it now: the problem says why, and whether anything was written')
      },
      ...(tokens && { securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'From POST /v1/users' } } })
    }
  }
}

function described({ schema, bodyTypes }: Operation, tokens: boolean): object {
  const { operationId, summary, security } = schema
  const parameters = [
    ...inPlace('path', schema.params),
    ...inPlace('query', schema.querystring),
    ...inPlace('header', schema.requestHeaders)
  ]
  return {
    ...{ operationId, summary, tags: schema.tags },
    ...(security && tokens && { security }),
    ...(parameters.length > 0 && { parameters }),
    ...(schema.body !== undefined && { requestBody: requestBody(schema.body as TSchema, bodyTypes) }),
    responses: {
      ...successes((schema.response ?? {}) as Record<string, TSchema>, schema.produces ?? []),
      '4XX': { $ref: '#/components/responses/Refused' },
      '5XX': { $ref: '#/components/responses/Failed' }
    }
  }
}

function inPlace(place: 'path' | 'query' | 'header', object: unknown): object[] {
  const { properties = {}, required = [] } = (object ?? {}) as Partial<TObject>
  return Object.entries(properties).map(([name, property]) => {
    const { description, ...schema } = plain(property) as { description?: string }
    return { name, in: place, ...(required.includes(name) && { required: true }), ...(description && { description }), schema }
  })
}

/** A text may come as such; a form has the members of the object. */
function requestBody(schema: TSchema, types: readonly string[]): object {
  const isNeeded = '$ref' in schema || (schema as TObject).required !== undefined
  const content = types.map((type) => [type, { schema: type === 'text/plain' ? { type: 'string' } : plain(schema) }])
  return { ...(isNeeded && { required: true }), content: Object.fromEntries(content) }
}

function successes(responses: Record<string, TSchema>, produces: readonly string[]): Record<string, object> {
  const codes = Object.keys(responses).filter((code) => code !== 'default')
  if (produces.length > 0 && !codes.includes('200')) codes.push('200')
  return Object.fromEntries(
    codes.map((code) => {
      const schema = responses[code]
      const isEmpty = schema?.type === 'null'
      const json = schema && !isEmpty ? { 'application/json': { schema: plain(schema) } } : {}
      const others = code === '200' ? Object.fromEntries(produces.map((type) => [type, { schema: schemaOf(type) }])) : {}
      const content = { ...others, ...json }
      return [
        code,
        {
          description: schema?.description ?? meanings[code] ?? 'Done',
          ...(code === '201' && { headers: { Location: { description: 'Where it is now', schema: { type: 'string' } } } }),
          ...(Object.keys(content).length > 0 && { content })
        }
      ]
    })
  )
}

const meanings: Record<string, string> = { 201: 'Made', 503: 'Not ready' }

const schemaOf = (type: string): object => (type === 'application/json' ? { type: 'object' } : { type: 'string' })

const problem = (description: string): object => ({
  description,
  headers: { 'Retry-After': { description: 'With 429 and 503: in how many seconds to try again', schema: { type: 'integer' } } },
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } }
})

/** A schema as JSON, its references leading into this document. */
function plain(schema: TSchema): object {
  return JSON.parse(JSON.stringify(schema), (key, value) => {
    if (key === '$ref') return `#/components/schemas/${value}`
    return key === '$id' ? undefined : value
  })
}
