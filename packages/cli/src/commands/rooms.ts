import type { RoomList } from '@tertulia/protocol'
import { ChatCommand } from '../chat-command.ts'
import { stateWords } from '../printing/settings-words.ts'

export default class Rooms extends ChatCommand {
  static override summary = 'List the rooms that you may read'
  static override description =
    'Name, your role (- if you are not in it), public or private and perhaps archived, title. In a pipe: separated by tabs.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    `<%= config.bin %> <%= command.id %> | awk -F '\\t' '$2 == "owner" { print $1 }'`
  ]

  async run(): Promise<RoomList> {
    const { flags } = await this.parse(Rooms)
    const { client } = await this.signedIn(flags, { ask: false })
    const rooms = await client.rooms.list()
    await this.printTable(
      ['ROOM', 'ROLE', 'STATE', 'TITLE'],
      rooms.map((room) => [room.name, room.role ?? '-', stateWords(room), room.title])
    )
    return { rooms }
  }
}
