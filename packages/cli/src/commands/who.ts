import { string } from '@oclif/core/args'
import type { MemberList } from '@tertulia/protocol'
import { ChatCommand } from '../chat-command.ts'

export default class Who extends ChatCommand {
  static override summary = 'List who belongs to a room, and who is connected'
  static override description = 'Name, role, person or bot, connected or away. In a pipe: separated by tabs.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> ops | grep -c connected'
  ]
  static override args = { room: string({ description: 'the room, instead of --room', ignoreStdin: true }) }

  async run(): Promise<MemberList> {
    const { args, flags } = await this.parse(Who)
    const { client, room } = await this.signedIn({ ...flags, room: args.room ?? flags.room }, { ask: false })
    const members = await client.members.list(room)
    await this.say(`In ${room}:`)
    await this.printTable(
      ['NAME', 'ROLE', 'KIND', 'NOW'],
      members.map(({ name, role, kind, connected }) => [name, role, kind, connected ? 'connected' : 'away'])
    )
    return { members }
  }
}
