import { string } from '@oclif/core/args'
import type { Member } from '@tertulia/protocol'
import { ChatCommand } from '../../chat-command.ts'
import { interruptible } from '../../failing/interruption.ts'
import { unknownOutcome } from '../../failing/unknown-outcome.ts'
import { shellWord } from '../../printing/shell-word.ts'

export default class RoomsAdd extends ChatCommand {
  static override summary = 'Make somebody a member of a room of yours'
  static override description = 'The only way into a private room. Whoever is in it already stays what they are.'
  static override examples = ['<%= config.bin %> <%= command.id %> plans marta']
  static override args = {
    room: string({ description: 'the room', required: true, ignoreStdin: true }),
    name: string({ description: 'name of the user', required: true, ignoreStdin: true })
  }

  async run(): Promise<Member> {
    const { args, flags } = await this.parse(RoomsAdd)
    const { client } = await this.signedIn(flags, { ask: false })
    const member = await interruptible((signal) => client.members.put(args.room, args.name, { signal })).catch(
      unknownOutcome(`${args.name} may or may not have been added`, () => `See who is in: chat who ${shellWord(args.room)}`)
    )
    await this.did(`${member.name} is in ${args.room}.`)
    return member
  }
}
