import { string } from '@oclif/core/args'
import { ChatCommand } from '../../chat-command.ts'
import { interruptible } from '../../failing/interruption.ts'
import { unknownOutcome } from '../../failing/unknown-outcome.ts'
import { shellWord } from '../../printing/shell-word.ts'

export default class RoomsRemove extends ChatCommand {
  static override summary = 'Take somebody out of a room of yours'
  static override description = 'A public room they may still read, and join again. What they have said stays.'
  static override examples = ['<%= config.bin %> <%= command.id %> plans marta']
  static override args = {
    room: string({ description: 'the room', required: true, ignoreStdin: true }),
    name: string({ description: 'name of the user', required: true, ignoreStdin: true })
  }

  async run(): Promise<{ room: string; name: string }> {
    const { args, flags } = await this.parse(RoomsRemove)
    const { client } = await this.signedIn(flags, { ask: false })
    await interruptible((signal) => client.members.delete(args.room, args.name, { signal })).catch(
      unknownOutcome(`${args.name} may or may not have been removed`, () => `See who is in: chat who ${shellWord(args.room)}`)
    )
    await this.did(`${args.name} is not in ${args.room} any more.`)
    return args
  }
}
