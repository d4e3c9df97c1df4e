import { string } from '@oclif/core/args'
import type { Member } from '@tertulia/protocol'
import { CommandWithoutRoom } from '../../command-without-room.ts'
import { interruptible } from '../../failing/interruption.ts'
import { unknownOutcome } from '../../failing/unknown-outcome.ts'
import { chat } from '../../program.ts'

export default class RoomsBan extends CommandWithoutRoom {
  static override summary = 'Keep somebody out of a room'
  static override description =
    'They can neither read nor write in it, nor join it again, until the ban is lifted: chat rooms unban. Their messages stay. Owners can ban anybody else, moderators whoever is not an owner or a moderator. Nobody can ban an admin of the server in a public room. Banned users are listed by chat who --banned.'
  static override examples = [
    { description: 'Keep marta out of general', command: `${chat} rooms ban general marta` },
    { description: 'See who is banned', command: `${chat} who general --banned` }
  ]
  static override exits = {
    0: 'banned',
    3: 'you are neither an owner nor a moderator, or marta is one',
    4: 'there is no such room or user',
    8: 'they may or may not be banned'
  }
  static override args = {
    room: string({ description: 'the room', required: true, ignoreStdin: true }),
    name: string({ description: 'the user', required: true, ignoreStdin: true })
  }

  async run(): Promise<Member> {
    const { args, flags } = await this.parse(RoomsBan)
    const { client } = await this.signedIn(flags, { ask: false })
    const member = await interruptible((signal) => client.members.setRole(args.room, args.name, 'banned', { signal })).catch(
      unknownOutcome(
        `${args.name} may or may not be banned`,
        () => `See who is banned: ${this.line('who', args.room, '--banned')}`
      )
    )
    await this.did(`${member.name} is banned from ${args.room}.`)
    return member
  }
}
