import type { CallOptions, ChatClient } from '@tertulia/client'
import { beginningWith, type Completion, commandsBeginningWith } from './completion.ts'
import { namedHereMax } from './presence.ts'
import type { Stay } from './stay.ts'

/** What the end of a line may become, in this room. Fails as a request does. */
export async function choices(
  { kind, typed }: Completion,
  { client, stay, call }: { client: ChatClient; stay: Stay; call: CallOptions }
): Promise<string[]> {
  const page = { q: typed, limit: namedHereMax, ...call }
  switch (kind) {
    case 'command':
      return commandsBeginningWith(typed)
    case 'room': {
      const { rooms } = await client.rooms.list(page)
      return beginningWith(typed, namesOf(rooms))
    }
    case 'name': {
      const known = beginningWith(typed, [...stay.presence.names, ...stay.transcript.names])
      if (known.length > 0) return known
      const { members } = await client.members.list(stay.room, page)
      return beginningWith(typed, namesOf(members))
    }
  }
}

const namesOf = (all: readonly { name: string }[]): string[] => all.map(({ name }) => name)
