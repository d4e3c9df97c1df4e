import { type Access, accessFor } from './access.ts'
import type { Profile } from './profile.ts'
import { isSameServer } from './same-server.ts'

/** Where a command has gone to, and as whom if that is known. */
export interface Place {
  server: string
  room: string
  name?: string | undefined
}

/** The flags with which another command goes to the same place: none for what it would take by itself, now. */
export function placeFlags(place: Place, profile: Profile, environment: NodeJS.ProcessEnv): string[] {
  const { CHAT_SERVER, CHAT_AS, CHAT_ROOM } = environment
  const usualAt = (server: string | undefined): Access | undefined => {
    try {
      return accessFor({ server, as: CHAT_AS, room: CHAT_ROOM }, profile, environment)
    } catch {
      // Of several names none is taken by itself.
      return undefined
    }
  }
  const usually = usualAt(CHAT_SERVER)
  const isElsewhere = usually === undefined || !isSameServer(usually.server, place.server)
  const usual = isElsewhere ? usualAt(place.server) : usually
  const name = environment.CHAT_TOKEN ? undefined : place.name
  return [
    ...(isElsewhere ? ['--server', place.server] : []),
    ...(name === undefined || (usual && 'name' in usual.who && usual.who.name === name) ? [] : ['--as', name]),
    ...(usual?.room === place.room ? [] : ['--room', place.room])
  ]
}
