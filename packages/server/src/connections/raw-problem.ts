import { STATUS_CODES } from 'node:http'
import type { Server } from 'node:net'
import { type ProblemCode, problems } from '@tertulia/protocol'
import { answerHeaders } from './answer-headers.ts'
import { problemBase, problemOf, problemTold } from './problem-body.ts'
import { newRequestId } from './request-id.ts'

export interface RawProblemOptions {
  /** Of the request that it answers: HEAD gets no body. */
  method?: string | undefined
  /** When to try again; undefined: that would not help. */
  retryAfterSeconds?: number | undefined
}

/** The last answer of a connection, where Fastify has no reply for it; `text` is the whole of it as bytes. */
export function rawProblem(server: Server, code: ProblemCode, detail: string, options: RawProblemOptions = {}) {
  const { method, retryAfterSeconds } = options
  const { status } = problems[code]
  problemTold(server, code)
  const body = JSON.stringify(problemOf(code, detail, newRequestId(), problemBase(server)))
  const headers: Record<string, string | number> = {
    'content-type': 'application/problem+json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    date: new Date().toUTCString(),
    ...answerHeaders,
    connection: 'close'
  }
  if (retryAfterSeconds !== undefined) headers['retry-after'] = retryAfterSeconds
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n`
  return { status, headers, body, text: method === 'HEAD' ? head : `${head}${body}` }
}
