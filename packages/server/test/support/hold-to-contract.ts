import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { expect } from 'vitest'
import { type ChatServerOptions, chatServer } from '../../src/app.ts'
import { LocalBus } from '../../src/buses/local.ts'
import { chatServerOptions } from '../../src/root-options.ts'
import { openSqliteStore } from '../../src/stores/sqlite/sqlite-store.ts'

interface Answer {
  $ref?: string
  headers?: Record<string, object>
  content?: Record<string, { schema: object; examples?: Record<string, object> }>
}
interface Document {
  paths: Record<string, Record<string, { responses: Record<string, Answer> }>>
  components: { responses: Record<string, Answer> }
}

/** Fields that any answer may have, of which the contract does not speak. */
const unspoken = new Set([
  ...'cache-control content-encoding content-length content-type connection date keep-alive transfer-encoding allow vary'.split(
    ' '
  ),
  ...'x-content-type-options content-security-policy cross-origin-opener-policy cross-origin-resource-policy'.split(' '),
  ...'permissions-policy referrer-policy strict-transport-security'.split(' '),
  ...'access-control-allow-origin access-control-expose-headers'.split(' ')
])

/** Has something done when the test, or the tests together, have ended. */
export type AtEnd = (end: () => Promise<void>) => void

/**
 * From here on every answer of `app` is held against its contract: that names the status, the media type, the header fields and
 * the problem, and its schema fits the body. What does not fit fails the test, or the tests together, at their end.
 */
export function holdToContract(app: FastifyInstance, options: Partial<ChatServerOptions>, prefix: string, atEnd: AtEnd): void {
  const bodies = new WeakMap<FastifyRequest, unknown>()
  const answers: Given[] = []
  app.addHook('onSend', async (request, _reply, body) => void bodies.set(request, body))
  app.addHook('onResponse', async (request, reply) => void answers.push(toAnswer(request, reply, bodies.get(request), prefix)))
  atEnd(async () => {
    const contract = await contractOf(options, prefix)
    const found = answers.flatMap((answer) => faults(contract, answer))
    expect(found, 'answers that the contract does not know').toEqual([])
  })
}

interface Given {
  method: string
  /** The path of the route under the prefix, with its parameters; undefined: there is none. */
  route: string | undefined
  status: number
  fields: Record<string, unknown>
  /** Undefined: streamed. */
  body: string | undefined
}

function toAnswer({ method, routeOptions }: FastifyRequest, reply: FastifyReply, body: unknown, prefix: string): Given {
  const isWhole = typeof body === 'string' || body instanceof Uint8Array
  return {
    method,
    route: routeOptions.url && (routeOptions.url.slice(prefix.length).replace(/:(\w+)/g, '{$1}') || '/'),
    status: reply.statusCode,
    fields: reply.getHeaders(),
    body: isWhole ? body.toString() : undefined
  }
}

function faults({ document, fits }: Contract, { method, route, status, fields, body }: Given): string[] {
  const where = `${method} ${route ?? '(no route)'} ${status}`
  const type = String(fields['content-type'] ?? '').replace(/;.*/, '')
  if (route === undefined) return status < 400 ? [] : fits({ $ref: '#/components/schemas/Problem' }, body, where)
  const operation = document.paths[route]?.[method === 'HEAD' ? 'get' : method.toLowerCase()]
  if (!operation) return [`${where}: no such operation`]
  const listed = operation.responses[status] ?? operation.responses[`${String(status)[0]}XX`]
  const answer = listed?.$ref ? document.components.responses[listed.$ref.split('/').at(-1) ?? ''] : listed
  if (!answer) return [`${where}: no such status`]
  const known = new Set(Object.keys(answer.headers ?? {}).map((name) => name.toLowerCase()))
  const found = Object.keys(fields)
    .filter((name) => !known.has(name) && !unspoken.has(name))
    .map((name) => `${where}: no field ${name}`)
  if (status === 429 && fields['retry-after'] === undefined) found.push(`${where}: no Retry-After`)
  if (!body || method === 'HEAD' || status === 204 || status === 304) return found
  const content = answer.content?.[type]
  if (!content) return [...found, `${where}: no ${type}`]
  if (!/json$/.test(type)) return found
  const code = JSON.parse(body).code
  if (content.examples && !(code in content.examples)) found.push(`${where}: no problem ${code}`)
  return [...found, ...fits(content.schema, body, where)]
}

interface Contract {
  document: Document
  fits: (schema: object, body: string | undefined, where: string) => string[]
}

/** The contracts of this process: most apps of its tests have the same. */
const contracts = new Map<string, Promise<Contract>>()

/** Asked of an app of its own: the one that is tested counts its requests, and may have stopped. */
function contractOf({ publicUrl, authenticate, lab2 }: Partial<ChatServerOptions>, prefix: string): Promise<Contract> {
  const key = JSON.stringify([publicUrl, authenticate !== undefined, lab2, prefix])
  const ask = async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tertulia-contract-'))
    const store = await openSqliteStore({ file: join(folder, 'chat.db') })
    const app = Fastify(chatServerOptions)
    await app.register(chatServer, { store, bus: new LocalBus(), publicUrl, authenticate, lab2, prefix })
    const { body } = await app.inject({ url: `${prefix}/openapi.json`, headers: { host: 'localhost' } })
    await app.close()
    await store.close()
    rmSync(folder, { recursive: true, force: true })
    return compiled(body)
  }
  const contract = contracts.get(key) ?? ask()
  contracts.set(key, contract)
  return contract
}

function compiled(text: string): Contract {
  const document = JSON.parse(text)
  return { document, fits: fitsOf(document.components.schemas) }
}

/** What their schemas find, by their text: contracts that differ in their addresses alone have the same. */
const known = new Map<string, Contract['fits']>()

function fitsOf(schemas: object): Contract['fits'] {
  const text = JSON.stringify(schemas)
  const fits = known.get(text) ?? makeFits(schemas)
  known.set(text, fits)
  return fits
}

function makeFits(schemas: object): Contract['fits'] {
  const ajv = addFormats.default(new Ajv2020({ strict: false }))
  ajv.addSchema({ $id: 'contract', components: { schemas: closed(schemas) } })
  const validators = new Map<string, ValidateFunction>()
  const validator = (schema: object): ValidateFunction => {
    const key = JSON.stringify(schema)
    const made = validators.get(key) ?? ajv.compile(closed(JSON.parse(key.replaceAll('"$ref":"#', '"$ref":"contract#'))))
    validators.set(key, made)
    return made
  }
  return (schema, body, where) => {
    const validate = validator(schema)
    return validate(JSON.parse(body ?? 'null')) ? [] : [`${where}: ${ajv.errorsText(validate.errors)} in ${body}`]
  }
}

/** Readers ignore members that they do not know, and our server has none that its contract does not know: what it keeps for itself stays there. */
const closed = (schemas: object): object =>
  JSON.parse(JSON.stringify(schemas), (_key, value) =>
    value?.type === 'object' && value.properties ? { additionalProperties: false, ...value } : value
  )
