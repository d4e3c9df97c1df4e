import { string } from '@oclif/core/args'
import type { Member } from '@tertulia/protocol'
import { CommandWithoutRoom } from '../../command-without-room.ts'
import { interruptible } from '../../failing/interruption.ts'
import { unknownOutcome } from '../../failing/unknown-outcome.ts'
import { shellWord } from '../../printing/shell-word.ts'
import { chat } from '../../program.ts'

export default class RoomsUnban extends CommandWithoutRoom {
  static override summary = 'Let somebody who was banned back into a room'
  static override description = 'They are a member of it from then on. Owners and moderators of the room can lift bans.'
  static override examples = ['<%= config.bin %> <%= command.id %> general marta']
  static override args = {
    room: string({ description: 'the room', required: true, ignoreStdin: true }),
    name: string({ description: 'the user', required: true, ignoreStdin: true })
  }

  async run(): Promise<Member> {
    const { args, flags } = await this.parse(RoomsUnban)
    const { client } = await this.signedIn(flags, { ask: false })
    const member = await interruptible((signal) => client.members.setRole(args.room, args.name, 'member', { signal })).catch(
      unknownOutcome(
        `the ban of ${args.name} may or may not be lifted`,
        () => `See who is banned: ${chat} who ${shellWord(args.room)} --banned`
      )
    )
    await this.did(`${member.name} is a member of ${args.room} again.`)
    return member
  }
}
