import fp from 'fastify-plugin'
import type { Credentials } from '../services/users.ts'
import { signedIn } from './auth.ts'

export interface AwaitedBodiesOptions {
  /** Rejects with the refusal if the user may not read the room. */
  findRoom: (reader: Credentials, room: string) => Promise<unknown>
}

/** A client that asks first (`Expect: 100-continue`) is not told to send a body for a room that does not exist. */
export const awaitedBodies = fp<AwaitedBodiesOptions>(
  async (app, { findRoom }) => {
    app.addHook('preParsing', (request, _reply, _payload, done) => {
      const { room } = request.params as { room?: string }
      if (request.headers.expect === undefined || room === undefined) return done()
      findRoom(signedIn(request), room).then(() => done(), done)
    })
  },
  { name: 'awaited-bodies', dependencies: ['auth'] }
)
