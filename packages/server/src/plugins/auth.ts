import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { ChatError } from '../services/chat-error.ts'
import type { Credentials } from '../services/users.ts'

declare module 'fastify' {
  interface FastifyRequest {
    credentials: Credentials | null
  }
}

export interface AuthOptions {
  /** Whom a token speaks for. */
  bearing: (token: string) => Promise<Credentials | undefined>
}

/** Lets in whoever bears a token (RFC 6750). */
export const auth = fp<AuthOptions>(
  async (app, { bearing }) => {
    app.decorateRequest('credentials', null)
    app.addHook('onRequest', async (request, reply) => {
      const token = request.headers.authorization?.match(/^Bearer +([\w.~+/=-]+)$/i)?.[1]
      const credentials = token === undefined ? undefined : await bearing(token)
      if (credentials) {
        request.credentials = credentials
        return
      }
      const wrong = token === undefined ? '' : ', error="invalid_token"'
      reply.header('www-authenticate', `Bearer realm="Tertulia"${wrong}`)
      throw new ChatError(
        'unauthorized',
        token === undefined
          ? 'Who are you? Send Authorization: Bearer TOKEN; POST /v1/users gives a name and its token.'
          : 'This token is not valid, or not any more.'
      )
    })
  },
  { name: 'auth' }
)

/** Who makes a request, on the routes that {@link auth} guards. */
export function signedIn({ credentials }: FastifyRequest): Credentials {
  if (!credentials) throw new Error('This route is not behind auth')
  return credentials
}
