import type { IncomingMessage } from 'node:http'
import type { ProblemCode } from '@tertulia/protocol'
import fp from 'fastify-plugin'
import type { Bound } from '../connections/backlog.ts'
import { endAt, hasToWait, turnOf } from '../connections/exchanges.ts'
import { rawProblem } from '../connections/raw-problem.ts'
import { guard } from '../connections/server-guard.ts'
import { type BacklogOptions, retryAfterSeconds, whereFrom } from './backlogs.ts'

/**
 * What a waiting request counts beside the bytes of its head. It has been parsed and routed, which takes some 4 KiB; but what waits
 * for a while the collector takes away late, and behind 42,000 of them, a few thousand at a time, the heap grew by 150 MiB.
 */
const requestBytes = 32 * 1024

/** The requests of one connection are carried out one after the other, and none after the last answer (RFC 9112, 9.3.2 and 9.6). */
export const pipelining = fp<BacklogOptions>(
  async (app, { backlog, onRefused }) => {
    guard(app.server)
    app.addHook('onRequest', (request, reply, done) => {
      const { raw } = request
      const begin = (mayAnswer: boolean) => {
        if (mayAnswer) done()
        else reply.hijack()
      }
      if (!hasToWait(raw)) return turnOf(raw, begin)
      const [who, bytes] = [whereFrom(request), requestBytes + headBytes(raw)]
      const bound = backlog.inTheWay(who, bytes)
      if (bound) {
        onRefused(bound)
        reply.hijack()
        const [code, detail] = refusals[bound]
        return endAt(raw, (method) => rawProblem(app.server, code, detail, { method, retryAfterSeconds }).text)
      }
      const letGo = backlog.hold(who, bytes, raw.socket)
      turnOf(raw, (mayAnswer) => {
        letGo()
        begin(mayAnswer)
      })
    })
  },
  { name: 'pipelining' }
)

const tooManyOfAddress = [
  'rate-limited',
  'Too many requests from your address wait for earlier ones. Read the answers first.'
] as const
const refusals = {
  each: tooManyOfAddress,
  address: tooManyOfAddress,
  all: ['overloaded', 'Too many requests wait for earlier ones, those of everybody together. Try again in a moment.']
} as const satisfies Record<Bound, readonly [ProblemCode, string]>

const headBytes = ({ rawHeaders, url = '' }: IncomingMessage): number =>
  rawHeaders.reduce((sum, part) => sum + part.length, url.length)
