import { createHash } from 'node:crypto'
import { Type } from '@sinclair/typebox'
import { Problem, ref } from '@tertulia/protocol'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { htmlHeaders, toHtml } from '../pages/html.ts'
import type { Page } from '../pages/page.ts'
import { toText } from '../pages/text.ts'
import { preferred } from '../requests/accept.ts'
import { isKnown } from '../requests/conditions.ts'
import { varyBy } from '../requests/vary.ts'
import { ChatError } from '../services/chat-error.ts'
import { ReadHeaders } from './request-headers.ts'

const offers = ['text/plain', 'text/html', 'application/json'] as const

/** What a route says of itself that answers with a page: one for a terminal, one for a browser, and its facts for a program. */
export const pageSchema = {
  security: [],
  produces: offers,
  requestHeaders: ReadHeaders,
  answerHeaders: { 200: ['Content-Security-Policy'] },
  response: { 304: Type.Null({ description: 'Not changed' }), default: ref(Problem) }
} as const

export const pageExamples = (title: string, facts: object) => ({
  'text/plain': `${title}\n${'='.repeat(title.length)}\n…`,
  'text/html': '<!doctype html>…',
  'application/json': facts
})

/**
 * A page in the media type that its reader prefers; `base`: where this server's paths begin for its readers.
 * @throws ChatError not-acceptable
 */
export function sendPage(request: FastifyRequest, reply: FastifyReply, base: string, page: Page, facts: object): void {
  varyBy(reply, 'accept')
  const type = preferred(request.headers.accept, offers)
  if (!type) throw new ChatError('not-acceptable', `This page is available as ${offers.join(', ')}.`)
  const body = {
    'text/plain': () => toText(page, base),
    'text/html': () => toHtml(page, base),
    'application/json': () => JSON.stringify(facts)
  }[type]()
  const tag = createHash('sha256').update(body).digest('base64url').slice(0, 16)
  reply.header('etag', `"${tag}"`).header('cache-control', 'public, max-age=3600')
  // Also where it has not changed: what a browser keeps takes on the fields of the answer that says so.
  if (type === 'text/html') reply.headers(htmlHeaders)
  if (isKnown(request, tag)) return void reply.code(304).send()
  reply.type(`${type}; charset=utf-8`).send(body)
}
