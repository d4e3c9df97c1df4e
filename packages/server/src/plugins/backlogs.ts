import type { Socket } from 'node:net'
import { Readable } from 'node:stream'
import { bodyBytesMax, pageBytesMax } from '@tertulia/protocol'
import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { answerHeaders } from '../connections/answer-headers.ts'
import type { Backlog, Bound, Holder } from '../connections/backlog.ts'
import { addressBlock, isThisMachine } from '../requests/address-block.ts'
import { ChatError } from '../services/chat-error.ts'
import { credentialsOf } from './auth.ts'

export interface BacklogOptions {
  backlog: Backlog
  onRefused: (bound: Bound) => void
}

/** What is no larger than this counts nothing: the kernel takes it at once, or it adds little to what a connection costs anyway. */
const smallBytes = 16 * 1024

/** When to try again: readers may go on at any time, and those who do not are cut within about a minute. */
export const retryAfterSeconds = 5

/** Refuses whoever makes the server hold too much: answers that they do not read, bodies that they do not finish. */
export const backlogs = fp<BacklogOptions>(
  async (app, { backlog, onRefused }) => {
    const inTheWay = (request: FastifyRequest, reply: FastifyReply, bytes: number): ChatError | undefined => {
      const bound = backlog.inTheWay(whoAsks(request), bytes)
      if (!bound) return undefined
      onRefused(bound)
      reply.header('retry-after', retryAfterSeconds)
      return refusals[bound]()
    }
    const hold = (request: FastifyRequest, reply: FastifyReply, bytes: number): void => {
      if (reply.raw.closed) return
      reply.raw.once('close', backlog.hold(whoAsks(request), bytes, request.raw.socket))
    }

    app.addHook('preParsing', (request, reply, _payload, done) => {
      const bytes = announcedBytes(request)
      if (isRead(request) || bytes <= smallBytes) return done()
      const refusal = inTheWay(request, reply, bytes)
      if (!refusal) hold(request, reply, bytes)
      done(refusal)
    })

    app.addHook('onSend', (request, reply, payload, done) => {
      const bytes = request.method === 'HEAD' ? 0 : bytesOf(payload)
      if (bytes <= smallBytes) return done()
      // What was written is done: its answer cannot be refused any more.
      const refusal = isRead(request) && reply.statusCode < 300 ? inTheWay(request, reply, bytes) : undefined
      if (!refusal) {
        hold(request, reply, bytes)
        return done()
      }
      for (const field of ['etag', 'link', 'preference-applied', 'x-accel-buffering']) reply.removeHeader(field)
      if (payload instanceof Readable) payload.destroy()
      reply.headers(answerHeaders)
      done(refusal)
    })
  },
  { name: 'backlogs' }
)

const refusals: Record<Bound, () => ChatError> = {
  each: () =>
    new ChatError(
      'rate-limited',
      'The server already holds as much for you as it may: answers that you have not read, and bodies that you have not finished sending. Finish or close those connections, then try again.'
    ),
  address: () =>
    new ChatError(
      'rate-limited',
      'The server already holds as much for your address as it may, counting everybody there: answers that have not been read, and bodies that have not been finished. Try again in a moment, or ask for a small answer now (limit=10).'
    ),
  all: () =>
    new ChatError(
      'overloaded',
      'Too many large answers are waiting to be read, counting all users. Try again in a moment, or ask for a small answer now (limit=10).'
    )
}

const isRead = ({ method }: FastifyRequest): boolean => method === 'GET' || method === 'HEAD' || method === 'OPTIONS'

function whoAsks(request: FastifyRequest): Holder {
  const nobody = whereFrom(request)
  const credentials = credentialsOf(request)
  return credentials ? { who: `user ${credentials.user.id}`, address: nobody.address } : nobody
}

/** Who asks, as long as nobody has signed in. Of a hundred requests in one piece the address is looked at once. */
export function whereFrom({ ip, raw: { socket } }: FastifyRequest): Holder {
  const known = lastOf.get(socket)
  if (known?.ip === ip) return known.holder
  const block = addressBlock(ip)
  const holder = { who: block, address: isThisMachine(block) ? undefined : block }
  lastOf.set(socket, { ip, holder })
  return holder
}

/** For whom the last request on a connection was; a proxy has one for many. */
const lastOf = new WeakMap<Socket, { ip: string; holder: Holder }>()

/** How large a body may become: what is sent in chunks does not say. */
function announcedBytes({ headers }: FastifyRequest): number {
  if (headers['transfer-encoding'] !== undefined) return bodyBytesMax
  return Math.min(Number(headers['content-length'] ?? 0), bodyBytesMax)
}

/** Of what is surely small, the count of its characters will do. What comes in pieces, an export, holds a page of them. */
function bytesOf(payload: unknown): number {
  if (payload instanceof Readable) return pageBytesMax
  if (typeof payload === 'string') return 3 * payload.length <= smallBytes ? payload.length : Buffer.byteLength(payload)
  return payload instanceof Uint8Array ? payload.length : 0
}
