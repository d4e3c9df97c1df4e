import { bodyBytesMax, type Problem, type ProblemCode, problems } from '@tertulia/protocol'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { answerHeaders } from '../connections/answer-headers.ts'
import { explainProblems, hearProblems, problemBase, problemOf, problemTold } from '../connections/problem-body.ts'
import { canonicalUrl } from '../requests/canonical-url.ts'
import { ChatError, OtherSpelling } from '../services/chat-error.ts'
import { storageFailure } from '../services/storage-failure.ts'
import { bodyTypes } from './bodies.ts'
import type { PublicPathOptions } from './public-paths.ts'

export interface ProblemDetailsOptions extends PublicPathOptions {
  /** Hears of each error that is a fault of the storage. */
  onStorageFault: (error: Error) => void
  /** Hears of each problem that is answered with. */
  onProblem: (code: ProblemCode) => void
}

/** Every error leaves as a problem: ours with their words, Fastify's with ours, and what nobody foresaw as a plain 500. */
export const problemDetails = fp<ProblemDetailsOptions>(
  async (app, { base, onStorageFault, onProblem }) => {
    explainProblems(app.server, base)
    hearProblems(app.server, onProblem)
    app.setErrorHandler((error: Error, request, reply) => {
      if (error instanceof OtherSpelling) {
        return reply.code(308).header('location', canonicalUrl(request, error.room)).send()
      }
      const failure = storageFailure(error)
      if (failure) onStorageFault(error)
      if (failure?.code === 'storage-busy' || failure?.code === 'outcome-unknown') reply.header('retry-after', '1')
      const refusal = failure ?? (error instanceof ChatError ? error : translated(error, request, reply))
      const { code, message, facts } = refusal
      onProblem(code)
      if (code === 'internal') request.log.error({ err: error, request: request.id }, 'unexpected error')
      if (problems[code].status === 401 && !reply.hasHeader('www-authenticate')) {
        reply.header('www-authenticate', 'Bearer realm="Tertulia"') // every 401 names a way (RFC 9110, 11.6.1)
      }
      // RFC 6750, section 3.1: the token is good, and not for this.
      if (code === 'token-scope') reply.header('www-authenticate', 'Bearer realm="Tertulia", error="insufficient_scope"')
      if (facts.retryAfterSeconds !== undefined) reply.header('retry-after', facts.retryAfterSeconds)
      if (facts.currentTag !== undefined) reply.header('etag', `"${facts.currentTag}"`)
      return send(reply, problemOf(code, message, request.id, base, facts))
    })
  },
  { name: 'problem-details' }
)

/** What Fastify refuses before it has found a route: a path that cannot be decoded, a part of it that is too long. */
export function frameworkError({ code }: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const [problem, detail] =
    code === 'FST_ERR_MAX_PARAM_LENGTH'
      ? (['uri-too-long', 'A part of the path is too long.'] as const)
      : (['invalid-path', 'The path is not percent-encoded UTF-8 (write % as %25).'] as const)
  problemTold(request.server.server, problem)
  // No hook has looked at the framing.
  reply.headers(answerHeaders).header('connection', 'close')
  send(reply, problemOf(problem, detail, request.id, problemBase(request.server.server)))
}

/** Sent as a string: a schema of the route must not reshape it. */
function send(reply: FastifyReply, problem: Problem): FastifyReply {
  const { headers, raw } = reply.request
  const isTooMuch = Number(headers['content-length']) > bodyBytesMax // nobody reads that to its end
  if (closing.has(problem.code) || isTooMuch || !reply.raw.shouldKeepAlive) reply.header('connection', 'close')
  else if (raw.complete) reply.removeHeader('connection') // Fastify is done with connections sooner than need be
  return reply.code(problem.status).header('content-type', 'application/problem+json').send(JSON.stringify(problem))
}

/** After these the rest of the connection cannot be trusted, or is not wanted. */
const closing: ReadonlySet<string> = new Set<ProblemCode>([
  'bad-request',
  'uri-too-long',
  'headers-too-large',
  'not-implemented',
  'version-not-supported',
  'content-too-large',
  'draining'
])

/** What Fastify throws, in the words of this protocol. */
function translated(error: Error, request: FastifyRequest, reply: FastifyReply): ChatError {
  const { code, statusCode = 500 } = error as FastifyError
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    const types = bodyTypes(request.server)
    reply.header('accept', types.join(', '))
    const sent = request.headers['content-type']
    const what = sent === undefined ? 'The body has no Content-Type.' : `A body of type “${sent}” is not supported here.`
    return new ChatError('unsupported-media-type', `${what} Send one of: ${types.join(', ')}.`)
  }
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return new ChatError('content-too-large', `The body is larger than ${request.routeOptions.bodyLimit} bytes.`)
  }
  if (statusCode < 500) return new ChatError('bad-request', 'The request is malformed.', { cause: error })
  return new ChatError('internal', 'Something went wrong in the server. Its log says more; look for the id in “instance”.', {
    cause: error
  })
}
