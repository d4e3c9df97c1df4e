import { type ChatClient, cursorAt } from '@tertulia/client'
import { CommandError } from '../failing/command-error.ts'
import type { StateFile } from './state-file.ts'

/** Which rooms, and the cursor that `--after` gives for some of them. */
export interface Starts {
  rooms: string[]
  after: Record<string, string>
}

/**
 * Read `--after CURSOR`, or `--after general:CURSOR,ops:now` where there are several rooms.
 * @param named  rooms of the command line; without any those of `--after`, or else the usual one
 */
export function startsOf(named: readonly string[], after: string | undefined, usual: string): Starts {
  if (after === undefined) return { rooms: named.length > 0 ? [...named] : [usual], after: {} }
  if (after.includes(':')) {
    const pairs = after.split(',').map(pair)
    const rooms = named.length > 0 ? [...named] : pairs.map(([room]) => room)
    const stranger = pairs.find(([room]) => !rooms.includes(room))
    if (stranger) throw CommandError.usage(`--after names ${stranger[0]}, which is not one of the rooms to watch.`)
    return { rooms, after: Object.fromEntries(pairs) }
  }
  const rooms = named.length > 0 ? [...named] : [usual]
  if (rooms.length > 1 && after !== '0' && after !== 'now') {
    throw CommandError.usage(
      `A cursor belongs to one room. For several: --after ${rooms.map((room) => `${room}:CURSOR`).join(',')}`
    )
  }
  return { rooms, after: Object.fromEntries(rooms.map((room) => [room, after])) }
}

/**
 * Where each room begins: where the last run ended, else where it was told to; undefined if neither says so. Rooms are called as the
 * server spells them, for that is how events name them.
 */
export async function startCursors(
  client: ChatClient,
  { rooms, after }: Starts,
  state: StateFile | undefined,
  signal: AbortSignal
): Promise<Record<string, string | undefined>> {
  const cursors = rooms.map(async (typed) => {
    const { name } = await client.rooms.get(typed, { signal })
    const given = state?.cursorOf(name) ?? after[typed]
    return [name, given === undefined ? undefined : await cursorOf(client, name, given, signal)] as const
  })
  return Object.fromEntries(await Promise.all(cursors))
}

/** A number alone is that of an event, in the life that the server's store has now. */
async function cursorOf(client: ChatClient, room: string, given: string, signal: AbortSignal): Promise<string> {
  if (!/^[1-9]\d*$/.test(given)) return given
  const { cursor } = await client.messages.history(room, { limit: 1, signal })
  return cursorAt(cursor, given)
}

function pair(typed: string): [string, string] {
  const [, room, cursor] = /^([^:]+):(.+)$/.exec(typed) ?? []
  if (room === undefined || cursor === undefined) {
    throw CommandError.usage(`“${typed}” is not ROOM:CURSOR. For example: --after general:now,ops:0`)
  }
  return [room, cursor]
}
