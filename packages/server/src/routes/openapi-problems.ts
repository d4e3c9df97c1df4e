import type { TObject } from '@sinclair/typebox'
import { type ProblemCode, problems } from '@tertulia/protocol'
import { problemLessons } from '../pages/problems/catalogue.ts'
import type { Operation } from '../plugins/operations.ts'

/** What can be wrong with any request, whatever it asks for. */
export const problemsOfAll: readonly ProblemCode[] = [
  'bad-request',
  'https-only',
  'invalid-path',
  'invalid-query',
  'request-timeout',
  'content-too-large',
  'uri-too-long',
  'unsupported-media-type',
  'expectation-failed',
  'misdirected',
  'headers-too-large',
  'internal',
  'not-implemented',
  'version-not-supported'
]

const ofPlugins: Record<string, readonly ProblemCode[]> = {
  draining: ['draining'],
  backlogs: ['rate-limited', 'overloaded'],
  auth: ['unauthorized', 'storage-failed'],
  scopes: ['token-scope'],
  'user-limits': ['rate-limited'],
  'address-limit': ['rate-limited'],
  'sign-in-limit': ['rate-limited']
}
const ofRequestHeaders: Record<string, readonly ProblemCode[]> = {
  'Idempotency-Key': ['invalid-header', 'key-reused'],
  'If-Match': ['invalid-header', 'stale']
}
const ofParams: Record<string, readonly ProblemCode[]> = {
  room: ['room-not-found', 'banned'],
  name: ['user-not-found'],
  id: ['message-not-found'],
  tokenId: ['token-not-found'],
  inviteId: ['invite-not-found']
}
const ofWrites: readonly ProblemCode[] = [
  'origin-refused',
  'invalid-json',
  'invalid-encoding',
  'outcome-unknown',
  'storage-busy',
  'storage-failed',
  'storage-full'
]

/** Why an operation may be refused, by status; what any request may be refused for is there only where it shares a status. */
export function problemsByStatus({ method, schema, plugins }: Operation): Map<number, ProblemCode[]> {
  const named = (object: unknown) => Object.keys((object as TObject | undefined)?.properties ?? {})
  const own = new Set<ProblemCode>([
    ...(schema.problems ?? []),
    ...plugins.flatMap((name) => ofPlugins[name] ?? []),
    ...named(schema.requestHeaders).flatMap((name) => ofRequestHeaders[name] ?? []),
    ...named(schema.params).flatMap((name) => ofParams[name] ?? []),
    ...(method === 'GET' ? [] : ofWrites),
    ...(schema.body ? (['invalid-body'] as const) : []),
    ...((schema.produces?.length ?? 0) > 1 ? (['not-acceptable'] as const) : [])
  ])
  const statuses = [...new Set([...own].map((code) => problems[code].status as number))].sort()
  const all = (Object.keys(problems) as ProblemCode[]).filter((code) => own.has(code) || problemsOfAll.includes(code))
  return new Map(statuses.map((status) => [status, all.filter((code) => problems[code].status === status)]))
}

/** How a problem looks, in a word and as a body. */
export function problemExample(code: ProblemCode, base: string): object {
  const { status, title } = problems[code]
  const detail = problemLessons[code].happened
  return { summary: title, value: { type: `${base}/problems/${code}`, code, status, title, detail, instance: 'q3k9x2-1f' } }
}

/** The content of a refusal, which is one of these problems. */
export const problemContent = (codes: readonly ProblemCode[]): object => ({
  'application/problem+json': {
    schema: { $ref: '#/components/schemas/Problem' },
    examples: Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }]))
  }
})
