import { bodyBytesMax } from '@tertulia/protocol'
import type { FastifyBodyParser, FastifyInstance, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { ChatError } from '../services/chat-error.ts'

const json = 'application/json'
const text = 'text/plain'
const form = 'application/x-www-form-urlencoded'

/** The media types that bodies may have where this instance's routes are. */
export const bodyTypes = (app: FastifyInstance): string[] => [json, text, form].filter((type) => app.hasContentTypeParser(type))

/** Bodies are JSON in UTF-8, not compressed and of a bounded size; nothing is guessed, repaired or dropped. */
export const jsonBodies = fp(
  async (app) => {
    app.addHook('onRoute', (route) => {
      route.bodyLimit ??= bodyBytesMax
    })
    app.addHook('preParsing', (request, reply, _payload, done) => {
      const refused = encodingFault(request)
      if (refused) reply.header('accept-encoding', 'identity')
      done(refused)
    })
    app.removeAllContentTypeParsers()
    app.addContentTypeParser(json, { parseAs: 'buffer' }, parser(fromJson))
  },
  { name: 'json-bodies' }
)

/** Where the whole body can be one text, it may come as such, or as the form that `curl -d text=…` sends. */
export const textBodies = fp(
  async (app) => {
    app.addContentTypeParser(
      text,
      { parseAs: 'buffer' },
      parser((text) => ({ text }))
    )
    app.addContentTypeParser(form, { parseAs: 'buffer' }, parser(fromForm))
  },
  { name: 'text-bodies', dependencies: ['json-bodies'] }
)

/** A parser of bodies for Fastify, from one that gives the body or throws. */
const parser =
  (parse: (text: string) => unknown): FastifyBodyParser<Buffer> =>
  (request, bytes, done) => {
    let body: unknown
    try {
      demandUtf8(request)
      body = parse(utf8(bytes))
    } catch (error) {
      done(error as Error)
      return
    }
    done(null, body)
  }

function encodingFault({ headers }: FastifyRequest): ChatError | undefined {
  const encoding = headers['content-encoding']
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    return new ChatError(
      'unsupported-media-type',
      `Content-Encoding “${encoding}” is not supported. Send the body without a content coding.`
    )
  }
  return undefined
}

function demandUtf8({ headers }: FastifyRequest): void {
  const charset = /;\s*charset\s*=\s*"?([^\s";]*)/i.exec(headers['content-type'] ?? '')?.[1]
  if (charset !== undefined && !/^utf-?8$/i.test(charset)) {
    throw new ChatError('unsupported-media-type', `The charset “${charset}” is not supported. Send UTF-8.`)
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }) // which here means to keep it

function utf8(bytes: Buffer): string {
  try {
    return decoder.decode(bytes)
  } catch (cause) {
    throw new ChatError('invalid-encoding', 'The body is not valid UTF-8.', { cause })
  }
}

const byteOrderMark = String.fromCharCode(0xfeff)

/** Of a member that is there twice the last one counts. JSON.parse makes an own property of `__proto__`, and no schema knows one; it does not recurse. No body: no value. */
function fromJson(text: string): unknown {
  if (text === '') return undefined
  if (text.startsWith(byteOrderMark)) {
    throw new ChatError(
      'invalid-json',
      'The body begins with a byte order mark (U+FEFF), which JSON does not allow. Leave it out.'
    )
  }
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new ChatError('invalid-json', `The body is not JSON: ${(cause as Error).message}.`, { cause })
  }
}

/** More than any form here has; 64 KiB of them would take a while to look at. */
const formFieldsMax = 100

function fromForm(text: string): Record<string, string> {
  const fields = new Map<string, string>()
  for (const field of text.split('&', formFieldsMax + 1)) {
    if (fields.size === formFieldsMax) throw new ChatError('invalid-body', `The form has more than ${formFieldsMax} fields.`)
    if (field === '') continue
    const equals = field.indexOf('=')
    const name = decoded(equals < 0 ? field : field.slice(0, equals))
    if (fields.has(name)) throw new ChatError('invalid-body', 'The form has a field twice.')
    fields.set(name, equals < 0 ? '' : decoded(field.slice(equals + 1)))
  }
  return Object.fromEntries(fields)
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part.replaceAll('+', ' '))
  } catch (cause) {
    throw new ChatError('invalid-encoding', 'The form is not percent-encoded UTF-8 (write % as %25).', { cause })
  }
}
