import { string } from '@oclif/core/args'
import { boolean } from '@oclif/core/flags'
import type { ChatClient, MemberListOptions } from '@tertulia/client'
import type { MemberList, PresentMember } from '@tertulia/protocol'
import { listLimitMax } from '@tertulia/protocol/limits'
import { ChatCommand } from '../chat-command.ts'
import { withNumberHint } from '../failing/number-hint.ts'
import { chat } from '../program.ts'

export default class Who extends ChatCommand {
  static override summary = 'List the members of a room, and who is connected'
  static override description =
    'Sorted by name. The columns: name, role, person or bot, connected or away. In a pipe they are separated by tabs.'
  static override examples = [
    { description: 'The members of your usual room', command: `${chat} who` },
    { description: 'Names of those who are connected to ops now', command: `${chat} who ops --here | cut -f 1` }
  ]
  static override exits = {
    0: 'printed',
    3: '--banned is for owners and moderators',
    4: 'there is no such room'
  }
  static override args = { room: string({ description: 'the room, instead of --room', ignoreStdin: true }) }
  static override flags = {
    here: boolean({ summary: 'Only members who are connected now' }),
    banned: boolean({ summary: 'Who is banned, for owners and moderators', exclusive: ['here'] })
  }

  async run(): Promise<MemberList> {
    const { args, flags } = await this.parse(Who)
    const { client, room } = await this.signedIn({ ...flags, room: args.room ?? flags.room }, { ask: false })
    const members = await this.printList(
      ['NAME', 'ROLE', 'KIND', 'NOW'],
      this.#pages(client, room, { connected: flags.here || undefined, role: flags.banned ? 'banned' : undefined }),
      ({ name, role, kind, connected }) => [name, role, kind, connected ? 'connected' : 'away']
    ).catch((error) => {
      const usual = this.access(flags).room
      throw withNumberHint(error, room, `After who comes the name of a room: ${this.line('who', usual)}`)
    })
    return { members }
  }

  async *#pages(client: ChatClient, room: string, options: MemberListOptions): AsyncGenerator<readonly PresentMember[]> {
    let isFirst = true
    for await (const { members } of client.members.pages(room, { ...options, limit: listLimitMax })) {
      if (isFirst) await this.say(options.role === 'banned' ? `Banned from ${room}:` : `Members of ${room}:`)
      isFirst = false
      yield members
    }
  }
}
