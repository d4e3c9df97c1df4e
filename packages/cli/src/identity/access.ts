import { roomDefault, serverDefault } from '../defaults.ts'
import { CommandError } from '../failing/command-error.ts'
import { headerValue } from '../input/header-value.ts'
import { serverAddress } from './destination.ts'
import type { Identity, LastJoin, Profile } from './profile.ts'
import { isSameServer } from './same-server.ts'

/** What was said on the command line, or in `CHAT_SERVER CHAT_AS CHAT_ROOM`. */
export interface Wishes {
  server?: string | undefined
  as?: string | undefined
  room?: string | undefined
}

/** Which server, which room, and who we are there. */
export interface Access {
  server: string
  room: string
  /** What is known: a remembered identity, the token of `CHAT_TOKEN` (whose name the server knows), or a name that is not remembered. */
  who: Identity | { token: string } | { name: string | undefined }
}

/**
 * What was not said is as at the last join. With a server and a token in the environment nothing is read at home.
 * @throws CommandError usage, when several names on the server are remembered and none was chosen
 */
export function accessFor(wishes: Wishes, profile: Profile, environment: NodeJS.ProcessEnv): Access {
  const token = environment.CHAT_TOKEN ? headerValue(environment.CHAT_TOKEN, 'CHAT_TOKEN') : undefined
  const last = wishes.server && token ? undefined : profile.lastJoin()
  const { server, room, here } = placeFor(wishes, last, environment)
  return { server, room, who: token ? { token } : whoAt(server, wishes.as, here, profile) }
}

/** A server and a room, whoever goes there, and the last join if it was to that server. */
export function placeFor(
  wishes: Wishes,
  last: LastJoin | undefined,
  environment: NodeJS.ProcessEnv
): { server: string; room: string; here: LastJoin | undefined } {
  const server = wishes.server
    ? serverAddress(wishes.server, wishes.server === environment.CHAT_SERVER ? 'CHAT_SERVER' : undefined)
    : (last?.server ?? serverDefault)
  const here = last && isSameServer(last.server, server) ? last : undefined
  return { server, room: wishes.room ?? here?.room ?? roomDefault, here }
}

function whoAt(server: string, as: string | undefined, here: LastJoin | undefined, profile: Profile): Access['who'] {
  const name = as ?? here?.name
  if (name !== undefined) return profile.identity(server, name) ?? { name }
  const known = profile.identities(server)
  if (known.length > 1) {
    const names = known.map((identity) => identity.name).join(', ')
    throw CommandError.usage(`You have several names on ${server}: ${names}. Choose one with --as.`)
  }
  return known[0] ?? { name: undefined }
}
