import { boolean, string } from '@oclif/core/flags'
import type { ChatClient, RoomListOptions } from '@tertulia/client'
import type { ListedRoom, RoomList } from '@tertulia/protocol'
import { listLimitMax } from '@tertulia/protocol/limits'
import { CommandWithoutRoom } from '../command-without-room.ts'
import { listedWords } from '../printing/settings-words.ts'
import { unreadWords } from '../printing/unread-words.ts'
import { chat } from '../program.ts'

export default class Rooms extends CommandWithoutRoom {
  static override summary = 'List the rooms that you can read'
  static override description =
    'Sorted by name. The columns: name, your role and your unread messages (- if you are not a member), public or private (with archived if it is, and the days that it keeps messages for, if not for ever), title. In a pipe they are separated by tabs. With --json, retainDays is the number of those days, or null.'
  static override examples = [
    { description: 'The rooms that you are in', command: `${chat} rooms --mine` },
    { description: 'Those whose name starts with build-', command: `${chat} rooms --match build-` },
    {
      description: 'Names of the rooms in which something is unread',
      command: `${chat} rooms | awk -F '\\t' '$3 > 0 { print $1 }'`
    },
    { description: 'Names of the rooms that you own', command: `${chat} rooms | awk -F '\\t' '$2 == "owner" { print $1 }'` }
  ]
  static override exits = {
    0: 'printed',
    3: 'you are not signed in'
  }
  static override flags = {
    mine: boolean({ summary: 'Only rooms that you are a member of' }),
    match: string({ summary: 'Only rooms whose name starts with TEXT', helpValue: 'TEXT' })
  }

  async run(): Promise<RoomList> {
    const { flags } = await this.parse(Rooms)
    const { client } = await this.signedIn(flags, { ask: false })
    const rooms = await this.printList(
      ['ROOM', 'ROLE', 'UNREAD', 'STATE', 'TITLE'],
      pagesOf(client, { member: flags.mine || undefined, q: flags.match }),
      (room) => [room.name, room.role ?? '-', unreadWords(room.unread), listedWords(room), room.title]
    )
    return { rooms }
  }
}

async function* pagesOf(client: ChatClient, options: RoomListOptions): AsyncGenerator<readonly ListedRoom[]> {
  for await (const { rooms } of client.rooms.pages({ ...options, limit: listLimitMax })) yield rooms
}
