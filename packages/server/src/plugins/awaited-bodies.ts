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
    app.addHook('preParsing', async (request) => {
      const { room } = request.params as { room?: string }
      if (request.headers.expect !== undefined && room !== undefined) await findRoom(signedIn(request), room)
    })
  },
  { name: 'awaited-bodies', dependencies: ['auth'] }
)
