import { string } from '@oclif/core/flags'
import type { ChatClient, InviteListOptions } from '@tertulia/client'
import type { Invite, InviteList as Invites } from '@tertulia/protocol'
import { listLimitMax } from '@tertulia/protocol/limits'
import { ChatCommand } from '../../chat-command.ts'
import { chat } from '../../program.ts'

export default class InviteList extends ChatCommand {
  static override summary = 'List your invites, or those to a room'
  static override description =
    'The newest first; an admin sees all those to the server. The columns: number, the room that it leads into (- for the server alone), role, how many people it has let in and how many it may, day when it expires, who made it. In a pipe they are separated by tabs. The links themselves are shown only when they are created.'
  static override examples = [
    { description: 'Yours', command: `${chat} invite list` },
    { description: 'All those to ops', command: `${chat} invite list --room ops` }
  ]
  static override exits = {
    0: 'printed',
    3: 'you are neither an owner nor a moderator of the room',
    4: 'there is no such room'
  }
  static override flags = { room: string({ summary: 'All those to this room, whoever made them', helpValue: 'ROOM' }) }

  async run(): Promise<Invites> {
    const { flags } = await this.parse(InviteList)
    const { client } = await this.signedIn({ ...flags, room: undefined }, { ask: false })
    const invites = await this.printList(
      ['ID', 'ROOM', 'ROLE', 'USED', 'EXPIRES', 'BY'],
      pagesOf(client, { room: flags.room }),
      ({ id, room, role, used, uses, expiresAt, invitedBy, admin }) => [
        String(id),
        room ?? '-',
        admin ? 'admin' : (role ?? '-'),
        `${used}/${uses}`,
        expiresAt.slice(0, 10),
        invitedBy ?? '-'
      ]
    )
    return { invites }
  }
}

async function* pagesOf(client: ChatClient, options: InviteListOptions): AsyncGenerator<readonly Invite[]> {
  for await (const { invites } of client.invites.pages({ ...options, limit: listLimitMax })) yield invites
}
