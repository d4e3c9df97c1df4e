import { option, string } from '@oclif/core/flags'
import { ProblemError } from '@tertulia/client'
import type { InviteLink, NewInvite } from '@tertulia/protocol'
import { inviteUsesMax } from '@tertulia/protocol/limits'
import { inviteLink } from '@tertulia/protocol/page-link'
import { ChatCommand } from '../chat-command.ts'
import { interruptible } from '../failing/interruption.ts'
import { unknownOutcome } from '../failing/unknown-outcome.ts'
import { expiryAfter } from '../input/duration.ts'
import { wholeNumber } from '../input/whole-number.ts'
import { isLoopback } from '../loopback.ts'
import { commandLine } from '../printing/command-lines.ts'
import { untilWords } from '../printing/until-words.ts'
import { chat } from '../program.ts'

export default class Invite extends ChatCommand {
  static override summary = 'Create an invite, and print its link'
  static override description =
    'Whoever has the link can join with it: chat join LINK. It is shown only here. With --room, it leads into a room that you own or moderate, also into a private one; without, an admin invites people to the server, which they need where nobody can register without an invite.'
  static override examples = [
    { description: 'For one person, into ops', command: `${chat} invite --room ops` },
    {
      description: 'For five people within two days, as moderators',
      command: `${chat} invite --room ops --uses 5 --expires 2d --role moderator`
    },
    { description: 'To the server, by an admin', command: `${chat} invite` }
  ]
  static override exits = {
    0: 'the link is printed',
    3: 'you are neither an owner nor a moderator of the room, or not an admin',
    4: 'there is no such room',
    5: 'there are too many invites already',
    8: 'an invite may or may not exist'
  }
  static override flags = {
    room: string({
      summary: 'The room that it leads into',
      defaultHelp: 'to the server alone',
      multiple: false,
      helpValue: 'ROOM'
    }),
    role: option({ options: ['member', 'moderator', 'owner'] as const })({
      summary: 'What people become in the room',
      defaultHelp: 'member',
      dependsOn: ['room']
    }),
    uses: wholeNumber({ summary: 'How many people it lets in', min: 1, max: inviteUsesMax, default: 1, helpValue: 'N' }),
    expires: string({ summary: 'How long it works, such as 12h or 30d; 365d at most', default: '7d', helpValue: 'TIME' })
  }

  async run(): Promise<InviteLink> {
    const { flags } = await this.parse(Invite)
    const { room, role, uses, expires } = flags
    const wanted: NewInvite = { uses, expiresAt: expiryAfter(expires, Date.now()) }
    if (room !== undefined) wanted.room = room
    if (role !== undefined) wanted.role = role
    const { client, server } = await this.signedIn({ ...flags, room: undefined }, { ask: false })
    const invite = await interruptible((signal) => client.invites.create(wanted, { signal }))
      .catch(
        unknownOutcome(
          'an invite may or may not exist',
          () => `If it does, nobody has seen it. To see yours: ${this.line('invite', 'list')}`
        )
      )
      .catch((error) => {
        throw room === undefined ? withRoomHint(error, this.line('invite', '--room', 'ROOM')) : error
      })
    const link = inviteLink(server, invite.code)
    const revoke = this.line('invite', 'revoke', String(invite.id))
    this.done = `Created invite ${invite.id}, which nobody has seen. Revoke it with: ${revoke}`
    await this.print(link)
    const whom = invite.uses === 1 ? '1 person' : `${invite.uses} people`
    const where = invite.room === null ? 'in' : `into ${invite.room} as ${invite.role === 'owner' ? 'an' : 'a'} ${invite.role}`
    await this.say(
      `It lets ${whom} ${where}, ${untilWords(invite.expiresAt, Date.now())}. They type:`,
      commandLine(['join', link])
    )
    if (isLoopback(server)) {
      await this.say(`Only this computer reaches ${server}: for others, put the server's own address in its place.`)
    }
    return { ...invite, link }
  }
}

function withRoomHint(error: unknown, line: string): unknown {
  if (!(error instanceof ProblemError && error.code === 'not-allowed')) return error
  return new ProblemError({ ...error.problem, detail: `${error.message} To invite into a room: ${line}` })
}
