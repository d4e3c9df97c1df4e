import type { CallOptions, ChatClient } from '@tertulia/client'
import { beginningWith, type Completion, commandsBeginningWith, completed, completionOf } from './completion.ts'
import type { LineTerminal } from './line-terminal.ts'
import { namedHereMax } from './presence.ts'
import type { Stay } from './stay.ts'

/** Where it is looked up what a line may become. */
interface Sources {
  client: ChatClient
  stay: Stay
  call: CallOptions
}

/** Complete what stands before the cursor, or say what it may become in this room; nothing where nobody knows. */
export async function complete(terminal: LineTerminal, sources: Sources): Promise<void> {
  const { line } = terminal
  const before = line.beforeCursor
  const completion = completionOf(before)
  if (!completion) return
  const found = await choices(completion, sources).catch(() => [])
  // Somebody has typed on meanwhile.
  if (line.beforeCursor !== before) return
  const by = completed(completion, found)
  if (by !== undefined) line.replaceBefore(completion.typed.length, by)
  else if (found.length > 1) terminal.remark(found.join(', '))
}

/** What the end of a line may become. Fails as a request does. */
async function choices({ kind, typed }: Completion, { client, stay, call }: Sources): Promise<string[]> {
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
