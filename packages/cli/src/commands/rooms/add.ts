import { string } from '@oclif/core/args'
import type { Member } from '@tertulia/protocol'
import { CommandWithoutRoom } from '../../command-without-room.ts'
import { interruptible } from '../../failing/interruption.ts'
import { unknownOutcome } from '../../failing/unknown-outcome.ts'
import { chat } from '../../program.ts'

export default class RoomsAdd extends CommandWithoutRoom {
  static override summary = 'Add a member to a room'
  static override description =
    'If they are in it already, their role stays the same. Owners and moderators of the room can add members. To let in somebody who has no name yet, or several people: chat invite --room ROOM.'
  static override examples = [
    { description: 'Let marta into the private room plans', command: `${chat} rooms add plans marta` },
    { description: 'A bot is added in the same way', command: `${chat} rooms add builds deploys` }
  ]
  static override exits = {
    0: 'added, or a member already',
    3: 'you are neither an owner nor a moderator',
    4: 'there is no such room or user',
    8: 'they may or may not have been added'
  }
  static override args = {
    room: string({ description: 'the room', required: true, ignoreStdin: true }),
    name: string({ description: 'the user', required: true, ignoreStdin: true })
  }

  async run(): Promise<Member> {
    const { args, flags } = await this.parse(RoomsAdd)
    const { client } = await this.signedIn(flags, { ask: false })
    const member = await interruptible((signal) => client.members.put(args.room, args.name, { signal })).catch(
      unknownOutcome(`${args.name} may or may not have been added`, () => `See who is a member: ${this.line('who', args.room)}`)
    )
    await this.did(`${member.name} is a member of ${args.room}.`)
    return member
  }
}
