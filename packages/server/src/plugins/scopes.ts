import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { BearerToken } from '../services/token-cache.ts'
import { isOfProgram, needsSession, onlyReads, outsideToken } from '../services/token-scope.ts'
import type { Credentials } from '../services/users.ts'
import { signedIn } from './auth.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * Which tokens a route is for, beside what follows from its method and from the room in its path.
     * `narrowed`: those bound to rooms too; it answers with nothing of others. `session`: only those of people who are signed in.
     */
    tokens?: 'narrowed' | 'session'
  }
}

export interface ScopesOptions {
  /** Rejects with the refusal when the room is not there for who asks, or their token is not for it. */
  checkRoom: (asker: Credentials, room: string) => Promise<unknown>
  /** Rejects when the room is not there for who asks. */
  checkKnown: (asker: Credentials, room: string) => Promise<unknown>
}

/** Holds tokens to what they were made for. Routes that say nothing are closed to those bound to rooms, unless they are about one. */
export const scopes = fp<ScopesOptions>(
  async (app, { checkRoom, checkKnown }) => {
    app.addHook('onRequest', (request, _reply, done) => {
      const asker = signedIn(request)
      if (asker.token === null || !isOfProgram(asker)) return done()
      check(request, asker, asker.token).then(() => done(), done)
    })
    const check = async (request: FastifyRequest, asker: Credentials, token: BearerToken): Promise<void> => {
      const { tokens } = request.routeOptions.config
      if (tokens === 'session') throw needsSession()
      const { room } = request.params as { room?: string }
      if (room !== undefined) await checkRoom(asker, room)
      else if (token.rooms !== null && tokens !== 'narrowed') throw outsideToken(token.rooms, 'the whole account')
      if (token.scope === 'write' || request.method === 'GET' || request.method === 'HEAD') return
      if (room !== undefined) await checkKnown(asker, room)
      throw onlyReads()
    }
  },
  { name: 'scopes', dependencies: ['auth'] }
)
