import { string as name } from '@oclif/core/args'
import { boolean, string } from '@oclif/core/flags'
import type { NewRoom, Room } from '@tertulia/protocol'
import { ChatCommand } from '../../chat-command.ts'
import { interruptible } from '../../failing/interruption.ts'
import { unknownOutcome } from '../../failing/unknown-outcome.ts'

export default class RoomsCreate extends ChatCommand {
  static override summary = 'Make a room, and own it'
  static override description =
    'Every user may read a public room. A private one is there for its members alone: add them with chat rooms add.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> ops --title "Operations"',
    '<%= config.bin %> <%= command.id %> plans --private'
  ]
  static override args = { name: name({ description: 'its name, which never changes', required: true, ignoreStdin: true }) }
  static override flags = {
    title: string({ summary: 'What it is about', helpValue: 'TEXT' }),
    private: boolean({ summary: 'For members only' })
  }

  async run(): Promise<Room> {
    const { args, flags } = await this.parse(RoomsCreate)
    const { client } = await this.signedIn(flags, { ask: false })
    const settings: NewRoom = { name: args.name }
    if (flags.title !== undefined) settings.title = flags.title
    if (flags.private) settings.visibility = 'private'
    const room = await interruptible((signal) => client.rooms.create(settings, { signal })).catch(
      unknownOutcome(`${args.name} may or may not have been created`, () => 'See which rooms exist: chat rooms')
    )
    this.done = `Made the ${room.visibility} room ${room.name}.`
    await this.print(room.name)
    await this.say(`${this.done} Talk in it with: chat join ${room.name}`)
    return room
  }
}
