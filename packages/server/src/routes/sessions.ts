import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { NewSession, Problem, ref, SignedIn, SignInLink } from '@tertulia/protocol'
import { bearer } from '../plugins/auth.ts'
import { addressBlock } from '../requests/address-block.ts'
import type { SessionService } from '../services/sessions.ts'
import { EmptyBody, orEmpty } from './empty-body.ts'

export interface SessionRoutesOptions {
  sessions: SessionService
}

const tags = ['sessions']

/** Signing in: these routes need no token. */
export const signInRoutes: FastifyPluginAsyncTypebox<SessionRoutesOptions> = async (app, { sessions }) => {
  app.post(
    '/sessions',
    {
      schema: {
        operationId: 'signIn',
        summary: 'Sign in on one more device',
        description:
          'With a name and its password, or with the code of a link alone. The answer holds the token of this session; it is shown only here.',
        problems: ['sign-in-failed', 'link-spent', 'link-expired', 'busy'],
        tags,
        security: [],
        body: ref(NewSession),
        response: { 201: ref(SignedIn), default: ref(Problem) }
      }
    },
    async (request, reply) => {
      const signedIn = await sessions.begin(request.body, addressBlock(request.ip))
      return reply.code(201).header('location', `${app.prefix}/sessions/current`).send(signedIn)
    }
  )
}

export const sessionRoutes: FastifyPluginAsyncTypebox<SessionRoutesOptions> = async (app, { sessions }) => {
  app.delete(
    '/sessions/current',
    {
      schema: {
        operationId: 'signOut',
        summary: 'Sign out',
        description: 'The token of the request is no longer valid, and its streams end within seconds.',
        tags,
        response: { 204: Type.Null({ description: 'Signed out' }), default: ref(Problem) }
      }
    },
    async (request, reply) => {
      await sessions.end(bearer(request))
      return reply.code(204).send(null)
    }
  )

  app.post(
    '/links',
    {
      config: { tokens: 'session' },
      schema: {
        operationId: 'makeLink',
        summary: 'Create a code that signs in another device of mine',
        description: 'The code works once, within ten minutes, and is shown only here. Anybody who has it can sign in as you.',
        tags,
        body: EmptyBody,
        response: { 201: ref(SignInLink), default: ref(Problem) }
      },
      preValidation: orEmpty
    },
    async (request, reply) => {
      const link = await sessions.makeLink(bearer(request))
      // What was made is a secret and has no address: this is where it is used.
      return reply.code(201).header('location', `${app.prefix}/sessions`).send(link)
    }
  )
}
