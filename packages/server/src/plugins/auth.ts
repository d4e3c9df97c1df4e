import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { ChatError } from '../services/chat-error.ts'
import type { BearerToken } from '../services/token-cache.ts'
import type { Credentials } from '../services/users.ts'

/** A symbol, because an app that this one is part of may have decorated its requests with any name. */
const asker = Symbol('asker')

declare module 'fastify' {
  interface FastifyRequest {
    [asker]: Credentials | null
  }
}

/** Who makes a request; at once, where that is known. @throws ChatError unauthorized */
export type Identify = (request: FastifyRequest, reply: FastifyReply) => Credentials | Promise<Credentials>

/** Lets in requests whose user is known. */
export const auth = fp<{ identify: Identify }>(
  async (app, { identify }) => {
    app.decorateRequest(asker, null)
    app.addHook('onRequest', (request, reply, done) => {
      const isKnown = (credentials: Credentials) => {
        request[asker] = credentials
        done()
      }
      const found = identify(request, reply)
      if (found instanceof Promise) found.then(isKnown, done)
      else isKnown(found)
    })
  },
  { name: 'auth' }
)

/** Who makes a request; null where nobody has to sign in. */
export const credentialsOf = (request: FastifyRequest): Credentials | null => request[asker] ?? null

/** Who makes a request, on the routes that {@link auth} guards. */
export function signedIn(request: FastifyRequest): Credentials {
  const credentials = credentialsOf(request)
  if (!credentials) throw new Error('This route is not behind auth')
  return credentials
}

/** The token of a request, where tokens are how people are known. */
export function bearer(request: FastifyRequest): BearerToken {
  const { token } = signedIn(request)
  if (!token) throw new Error('This route is not for users of another application')
  return token
}

/** Users are known by a bearer token (RFC 6750). */
export const byToken =
  (findByToken: (token: string) => Credentials | undefined | Promise<Credentials | undefined>): Identify =>
  (request, reply) => {
    const orRefuse = (credentials: Credentials | undefined): Credentials => {
      if (credentials) return credentials
      throw notValid(reply)
    }
    const token = request.headers.authorization?.match(/^Bearer +([\w.~+/=-]+)$/i)?.[1]
    if (token !== undefined) {
      const found = findByToken(token)
      return found instanceof Promise ? found.then(orRefuse) : orRefuse(found)
    }
    reply.header('www-authenticate', 'Bearer realm="Tertulia"')
    throw new ChatError(
      'unauthorized',
      'Who are you? Send Authorization: Bearer TOKEN. POST /v1/users registers a name and returns a token; POST /v1/sessions signs you in.'
    )
  }

/** The refusal of a token that is none, or has ended, perhaps while its request was held. */
export function notValid(reply: FastifyReply): ChatError {
  reply.header('www-authenticate', 'Bearer realm="Tertulia", error="invalid_token"')
  return new ChatError('unauthorized', 'This token is not valid, or no longer valid.')
}

/** Users are known by the app that this server is part of. */
export const byHost =
  <User>(authenticate: (request: FastifyRequest) => Promise<User | null>, as: (user: User) => Promise<Credentials>): Identify =>
  async (request, reply) => {
    const user = await authenticate(request)
    if (user !== null) return as(user)
    // A 401 must name a scheme (RFC 9110, 11.6.1), and only the app knows which of its own it is.
    reply.header('www-authenticate', 'Session realm="Tertulia"')
    throw new ChatError('unauthorized', 'Who are you? Sign in to the application that this chat is part of.')
  }
