import { type TProperties, Type } from '@sinclair/typebox'
import { listLimitDefault, listLimitMax, nameKey } from '@tertulia/protocol'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { ChatError } from '../services/chat-error.ts'
import { keyOfCursor, pageCursor } from './page-cursor.ts'

/** Which page of a list, and what else chooses its entries; `what` they are, as in “Rooms”. */
export const listQuery = <const T extends TProperties>(what: string, filters: T) =>
  Type.Object(
    {
      limit: Type.Optional(
        Type.Integer({ minimum: 1, maximum: listLimitMax, description: `${what} per page; ${listLimitDefault} by default` })
      ),
      after: Type.Optional(Type.String({ description: 'Where to continue: from the Link of the previous page' })),
      q: Type.Optional(Type.String({ description: 'Only names that begin with this, in any spelling' })),
      ...filters
    },
    { additionalProperties: false }
  )

/** @throws ChatError invalid-query when `after` is not from a Link, or `q` cannot begin a name */
export function listRange({ limit = listLimitDefault, after, q }: { limit?: number; after?: string; q?: string }) {
  const key = after === undefined ? undefined : keyOfCursor(after)
  if (after !== undefined && key === undefined) {
    throw invalid('after', 'is not from a Link of this list. Leave it out to start at the beginning')
  }
  if (q !== undefined && /\p{Cc}/u.test(q)) throw invalid('q', 'has a character that no name can have')
  return { limit, after: key, beginning: q === undefined ? undefined : nameKey(q) }
}

/** The same of a list that has the newest first: its key is a number. @throws ChatError invalid-query */
export function numberedRange({ limit = listLimitDefault, after }: { limit?: number; after?: string }) {
  if (after === undefined) return { limit }
  const key = keyOfCursor(after) ?? ''
  if (!/^[1-9]\d{0,14}$/.test(key))
    throw invalid('after', 'is not from a Link of this list. Leave it out to start at the beginning')
  return { limit, before: Number(key) }
}

const invalid = (parameter: string, detail: string): ChatError =>
  new ChatError('invalid-query', `${parameter} ${detail}.`, { errors: [{ pointer: `#/${parameter}`, detail }] })

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
