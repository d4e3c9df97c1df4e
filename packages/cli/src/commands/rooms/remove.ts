import { string } from '@oclif/core/args'
import type { Removed } from '@tertulia/protocol'
import { CommandWithoutRoom } from '../../command-without-room.ts'
import { interruptible } from '../../failing/interruption.ts'
import { unknownOutcome } from '../../failing/unknown-outcome.ts'
import { chat } from '../../program.ts'

export default class RoomsRemove extends CommandWithoutRoom {
  static override summary = 'Remove a member from a room'
  static override description =
    'They can still read a public room, and join it again. Their messages stay. Owners and moderators of the room can remove members.'
  static override examples = [
    { description: 'Marta no longer sees the private room plans', command: `${chat} rooms remove plans marta` },
    { description: 'A bot is removed in the same way', command: `${chat} rooms remove builds deploys` }
  ]
  static override exits = {
    0: 'removed, or not a member',
    3: 'you are neither an owner nor a moderator',
    4: 'there is no such room or member',
    5: 'a room keeps its only owner',
    8: 'they may or may not have been removed'
  }
  static override args = {
    room: string({ description: 'the room', required: true, ignoreStdin: true }),
    name: string({ description: 'the member', required: true, ignoreStdin: true })
  }

  async run(): Promise<Removed> {
    const { args, flags } = await this.parse(RoomsRemove)
    const { client } = await this.signedIn(flags, { ask: false })
    await interruptible((signal) => client.members.delete(args.room, args.name, { signal })).catch(
      unknownOutcome(`${args.name} may or may not have been removed`, () => `See who is a member: ${this.line('who', args.room)}`)
    )
    await this.did(`${args.name} is no longer a member of ${args.room}.`)
    return args
  }
}
