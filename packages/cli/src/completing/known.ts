import { ChatClient } from '@tertulia/client'
import { nodeHttp } from '@tertulia/client/node-http'
import { listLimitMax } from '@tertulia/protocol/limits'
import { accessFor, placeFor } from '../identity/access.ts'
import { Profile } from '../identity/profile.ts'
import type { Known } from './candidates.ts'

/** Whoever has pressed Tab waits no longer for a server. */
const answerMs = 1_500

/** What the server of the line, or of the last join, and this computer know. */
export function knownHere(environment: NodeJS.ProcessEnv): Known {
  const profile = Profile.ofUser(environment)
  const { CHAT_SERVER, CHAT_AS } = environment
  return {
    rooms: (begin, { server = CHAT_SERVER, as = CHAT_AS }) =>
      orNothing(async () => {
        const access = accessFor({ server, as }, profile, environment)
        if (!('token' in access.who)) return []
        const client = new ChatClient({ server: access.server, token: access.who.token, transport: nodeHttp() })
        const signal = AbortSignal.timeout(answerMs)
        const { rooms } = await client.rooms.list({ q: begin === '' ? undefined : begin, limit: listLimitMax, signal })
        return rooms.map(({ name }) => name)
      }),
    names: ({ server = CHAT_SERVER }) =>
      orNothing(async () => {
        const place = placeFor({ server }, profile.lastJoin(), environment)
        return profile.identities(place.server).map(({ name }) => name)
      }),
    servers: () => orNothing(async () => profile.servers())
  }
}

const orNothing = (look: () => Promise<string[]>): Promise<string[]> => look().catch(() => [])
