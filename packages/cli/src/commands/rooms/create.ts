import { string as name } from '@oclif/core/args'
import { boolean, string } from '@oclif/core/flags'
import type { NewRoom, Room } from '@tertulia/protocol'
import { CommandWithoutRoom } from '../../command-without-room.ts'
import { interruptible } from '../../failing/interruption.ts'
import { unknownOutcome } from '../../failing/unknown-outcome.ts'
import { chat } from '../../program.ts'

export default class RoomsCreate extends CommandWithoutRoom {
  static override summary = 'Create a room that you own'
  static override description =
    'Every user can read a public room. Only its members see a private one; add them with chat rooms add.'
  static override examples = [
    { description: 'A room that every user can read', command: `${chat} rooms create ops --title "Operations"` },
    { description: 'A room that only its members see', command: `${chat} rooms create plans --private` }
  ]
  static override exits = {
    0: 'created',
    3: 'you own too many rooms already',
    5: 'the name is taken',
    8: 'it may or may not have been created'
  }
  static override args = {
    name: name({ description: 'name of the room, which never changes', required: true, ignoreStdin: true })
  }
  static override flags = {
    title: string({ summary: 'What the room is about', helpValue: 'TEXT' }),
    private: boolean({ summary: 'Only members can see it' })
  }

  async run(): Promise<Room> {
    const { args, flags } = await this.parse(RoomsCreate)
    const { client } = await this.signedIn(flags, { ask: false })
    const settings: NewRoom = { name: args.name }
    if (flags.title !== undefined) settings.title = flags.title
    if (flags.private) settings.visibility = 'private'
    const room = await interruptible((signal) => client.rooms.create(settings, { signal })).catch(
      unknownOutcome(`${args.name} may or may not have been created`, () => `See which rooms exist: ${this.line('rooms')}`)
    )
    this.done = `Created the ${room.visibility} room ${room.name}.`
    await this.print(room.name)
    await this.say(`${this.done} To talk in it: ${this.line('join', room.name)}`)
    return room
  }
}
