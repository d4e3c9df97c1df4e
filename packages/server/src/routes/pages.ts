import { createHash } from 'node:crypto'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { Problem, ref } from '@tertulia/protocol'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { contentSecurityPolicy, toHtml } from '../pages/html.ts'
import type { Page } from '../pages/page.ts'
import { toPlain } from '../pages/plain.ts'
import { problemFacts, problemList, problemListFacts, problemPage } from '../pages/problem-pages.ts'
import { problemCodeFrom } from '../pages/problems/catalogue.ts'
import { statusFacts, statusList, statusListFacts, statusPage } from '../pages/status-pages.ts'
import { statusFrom } from '../pages/statuses/catalogue.ts'
import { preferred } from '../plugins/accept.ts'
import { isKnown } from '../plugins/conditions.ts'
import { ChatError } from '../services/chat-error.ts'

const offers = ['text/plain', 'text/html', 'application/json'] as const

const shared = { tags: ['pages'], security: [], produces: offers, response: { default: ref(Problem) } }

/** The pages that explain what this server answers: its problems and its statuses. */
export const pageRoutes: FastifyPluginAsyncTypebox = async (app) => {
  const send = (request: FastifyRequest, reply: FastifyReply, page: Page, facts: object): void => {
    reply.header('vary', 'accept')
    const type = preferred(request.headers.accept, offers)
    if (!type) throw new ChatError('not-acceptable', `This page can be sent as ${offers.join(', ')}.`)
    const body = {
      'text/plain': () => toPlain(page, app.prefix),
      'text/html': () => toHtml(page, app.prefix),
      'application/json': () => JSON.stringify(facts)
    }[type]()
    const tag = createHash('sha256').update(body).digest('base64url').slice(0, 16)
    reply.header('etag', `"${tag}"`).header('cache-control', 'public, max-age=3600')
    if (isKnown(request, tag)) return void reply.code(304).send()
    if (type === 'text/html') reply.header('content-security-policy', contentSecurityPolicy)
    reply.type(`${type}; charset=utf-8`).send(body)
  }

  app.get(
    '/problems',
    { schema: { ...shared, operationId: 'listProblems', summary: 'Every problem that an answer can be' } },
    (request, reply) => send(request, reply, problemList(), problemListFacts())
  )

  app.get(
    '/problems/:code',
    {
      schema: {
        ...shared,
        operationId: 'getProblem',
        summary: 'What a problem means, and what to do about it',
        params: Type.Object({ code: Type.String({ description: 'Code of a problem' }) })
      }
    },
    (request, reply) => {
      const code = problemCodeFrom(request.params.code)
      if (!code)
        throw new ChatError('not-found', `There is no problem “${request.params.code}”. GET ${app.prefix}/problems lists all.`)
      send(request, reply, problemPage(code), problemFacts(code))
    }
  )

  app.get(
    '/docs/status',
    { schema: { ...shared, operationId: 'listStatuses', summary: 'Every status that this server sends' } },
    (request, reply) => send(request, reply, statusList(), statusListFacts())
  )

  app.get(
    '/docs/status/:status',
    {
      schema: {
        ...shared,
        operationId: 'getStatus',
        summary: 'What a status means, and how it differs from its neighbours',
        params: Type.Object({ status: Type.String({ description: 'Three digits' }) })
      }
    },
    (request, reply) => {
      const status = statusFrom(request.params.status)
      if (!status) {
        const detail = `This server sends no status “${request.params.status}”. GET ${app.prefix}/docs/status lists all that it sends.`
        throw new ChatError('not-found', detail)
      }
      send(request, reply, statusPage(status), statusFacts(status))
    }
  )
}
