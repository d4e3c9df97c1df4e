import type { TObject } from '@sinclair/typebox'
import type { Operation } from '../plugins/operations.ts'

const text = (description: string, example: string) => ({ description, schema: { type: 'string' }, example })

/** Header fields of answers that mean something to a client of this server. */
export const answerHeaders = {
  Accept: text('Media types that a body may have here', 'application/json'),
  'Accept-Encoding': text('How a body may be encoded: not at all', 'identity'),
  'Content-Security-Policy': text('What the page may do', "default-src 'none'"),
  ETag: text('The version of what is answered, for If-None-Match and If-Match', '"abcd1234.57"'),
  'Idempotency-Replayed': text('true: this Idempotency-Key was used before, and nothing was done again', 'true'),
  Incremental: text('?1: pass on what comes, as it comes', '?1'),
  Link: text(
    'The pages beside this one, if there are any (RFC 8288)',
    '</v1/rooms/general/messages?limit=50&before=8>; rel="prev"'
  ),
  Location: text('Where it is', '/v1/rooms/general'),
  'Preference-Applied': text('How long the server was willing to wait (RFC 7240)', 'wait=20'),
  RateLimit: text('Which limit counts this request, and how many are left', '"send";r=59'),
  'RateLimit-Policy': text('The limit: so many requests (q) in so many seconds (w)', '"send";q=60;w=12'),
  'Retry-After': { description: 'In how many seconds to try again', schema: { type: 'integer' }, example: 2 },
  Vary: text('The answer depends on this field of the request', 'accept'),
  'X-Accel-Buffering': text('no: the same, for nginx', 'no'),
  'WWW-Authenticate': text('How to say who you are (RFC 6750)', 'Bearer realm="Tertulia"')
} as const

export type AnswerHeader = keyof typeof answerHeaders

const ofProblems: Record<string, readonly AnswerHeader[]> = {
  401: ['WWW-Authenticate'],
  412: ['ETag'],
  415: ['Accept', 'Accept-Encoding'],
  429: ['Retry-After', 'RateLimit-Policy'],
  503: ['Retry-After'],
  504: ['Retry-After']
}

/** The header fields that an answer of this status may have, as references into the document. */
export function headersOf({ schema, plugins }: Operation, code: string): { headers?: Record<string, { $ref: string }> } {
  const heeded = Object.keys((schema.requestHeaders as TObject | undefined)?.properties ?? {})
  const isVersioned = heeded.includes('If-None-Match') || heeded.includes('If-Match')
  return headersNamed([
    ...(code === '201' || code === '308' ? (['Location'] as const) : []),
    ...(isVersioned && (code === '200' || code === '304') ? (['ETag'] as const) : []),
    ...((schema.produces?.length ?? 0) > 1 ? (['Vary'] as const) : []),
    ...(schema.answerHeaders?.[Number(code)] ?? []),
    ...(ofProblems[code] ?? []),
    ...(code === '403' && plugins.includes('scopes') ? (['WWW-Authenticate'] as const) : []),
    ...(plugins.some((name) => name.endsWith('-limits') || name.endsWith('-limit')) ? (['RateLimit'] as const) : [])
  ])
}

export function headersNamed(names: readonly AnswerHeader[]): { headers?: Record<string, { $ref: string }> } {
  if (names.length === 0) return {}
  return { headers: Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }])) }
}
