import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { problemFacts, problemList, problemListFacts, problemPage } from '../pages/problem-pages.ts'
import { problemCodeFrom } from '../pages/problems/catalogue.ts'
import { statusFacts, statusList, statusListFacts, statusPage } from '../pages/status-pages.ts'
import { statusFrom } from '../pages/statuses/catalogue.ts'
import type { PublicPathOptions } from '../plugins/public-paths.ts'
import { ChatError } from '../services/chat-error.ts'
import { pageExamples, pageSchema, sendPage } from './page-representations.ts'

const shared = { ...pageSchema, tags: ['pages'] } as const

/** The pages that explain what this server answers: its problems and its statuses. */
export const pageRoutes: FastifyPluginAsyncTypebox<PublicPathOptions> = async (app, { base }) => {
  app.get(
    '/problems',
    {
      schema: {
        ...shared,
        operationId: 'listProblems',
        examples: pageExamples('Problems', { problems: [{ code: 'stale', status: 412, title: 'Changed meanwhile' }] }),
        summary: 'Every problem that this server sends',
        description: 'Each by its status, with a link to the page that explains it.'
      }
    },
    (request, reply) => sendPage(request, reply, base, problemList(), problemListFacts())
  )

  app.get(
    '/problems/:code',
    {
      schema: {
        ...shared,
        operationId: 'getProblem',
        examples: pageExamples('Changed meanwhile', { code: 'stale', status: 412, title: 'Changed meanwhile' }),
        summary: 'What a problem means, and what to do about it',
        description: 'The type of every problem leads here.',
        problems: ['not-found'],
        params: Type.Object({ code: Type.String({ description: 'Code of a problem', examples: ['stale'] }) })
      }
    },
    (request, reply) => {
      const code = problemCodeFrom(request.params.code)
      if (!code)
        throw new ChatError('not-found', `There is no problem “${request.params.code}”. GET ${base}/problems lists them all.`)
      sendPage(request, reply, base, problemPage(code), problemFacts(code))
    }
  )

  app.get(
    '/docs/status',
    {
      schema: {
        ...shared,
        operationId: 'listStatuses',
        examples: pageExamples('Statuses', { classes: [{ name: 'Client error', statuses: [412] }] }),
        summary: 'Every status that this server sends',
        description: 'By their class, with a link to the page that explains each.'
      }
    },
    (request, reply) => sendPage(request, reply, base, statusList(), statusListFacts())
  )

  app.get(
    '/docs/status/:status',
    {
      schema: {
        ...shared,
        operationId: 'getStatus',
        examples: pageExamples('412 Precondition Failed', { status: 412, name: 'Precondition Failed', problems: ['stale'] }),
        summary: 'What a status means, and how it differs from its neighbours',
        description: 'With the problems that have it.',
        problems: ['not-found'],
        params: Type.Object({ status: Type.String({ description: 'Three digits', examples: ['412'] }) })
      }
    },
    (request, reply) => {
      const status = statusFrom(request.params.status)
      if (!status) {
        const detail = `This server never sends the status “${request.params.status}”. GET ${base}/docs/status lists those that it sends.`
        throw new ChatError('not-found', detail)
      }
      sendPage(request, reply, base, statusPage(status), statusFacts(status))
    }
  )
}
