import { type TProperties, Type } from '@sinclair/typebox'
import { listLimitDefault, listLimitMax } from '@tertulia/protocol'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { ChatError } from '../services/chat-error.ts'
import { keyOfCursor, pageCursor } from './page-cursor.ts'

/** Which page of a list, and what else chooses its entries. */
export const listQuery = <const T extends TProperties>(what: string, filters: T) =>
  Type.Object(
    {
      limit: Type.Optional(
        Type.Integer({ minimum: 1, maximum: listLimitMax, description: `${what} at most; else ${listLimitDefault}` })
      ),
      after: Type.Optional(Type.String({ description: 'Only what comes after: from the Link of the page before' })),
      ...filters
    },
    { additionalProperties: false }
  )

/** @throws ChatError invalid-query when `after` is not from a Link */
export function listRange({ limit = listLimitDefault, after }: { limit?: number; after?: string }) {
  if (after === undefined) return { limit }
  const key = keyOfCursor(after)
  if (key !== undefined) return { limit, after: key }
  const detail = 'is not from a page of this list; without it the list begins'
  throw new ChatError('invalid-query', `after ${detail}.`, { errors: [{ pointer: '#/after', detail }] })
}

/** HEAD is no GET without its body here: the handler has to know that none is to be built. */
export const listMethods = { method: ['GET', 'HEAD'] as ('GET' | 'HEAD')[], exposeHeadRoute: false }

interface Listed<T> {
  /** Where the list is. */
  url: string
  list: T
  /** Key of the last entry, if others come after it. */
  next: string | undefined
}

/** A page of a list, and in its Link the next one (RFC 8288), if there is one. */
export function sendList<T>(request: FastifyRequest, reply: FastifyReply, { url, list, next }: Listed<T>): FastifyReply {
  if (next !== undefined) {
    const query = new URLSearchParams({ limit: `${listLimitDefault}`, ...(request.query as Record<string, string>) })
    query.set('after', pageCursor(next))
    reply.header('link', `<${url}?${query}>; rel="next"`)
  }
  reply.type('application/json; charset=utf-8')
  return reply.send(request.method === 'HEAD' ? undefined : list)
}
