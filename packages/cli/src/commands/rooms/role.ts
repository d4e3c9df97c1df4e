import { string } from '@oclif/core/args'
import type { Member } from '@tertulia/protocol'
import { CommandWithoutRoom } from '../../command-without-room.ts'
import { CommandError } from '../../failing/command-error.ts'
import { interruptible } from '../../failing/interruption.ts'
import { unknownOutcome } from '../../failing/unknown-outcome.ts'
import { chat } from '../../program.ts'

const roles = ['owner', 'moderator', 'member'] as const

export default class RoomsRole extends CommandWithoutRoom {
  static override summary = 'Make somebody an owner, a moderator or a plain member of a room'
  static override description =
    'Owners change the settings of the room and give roles. Moderators add, remove and ban members, and delete messages of others. A room always keeps an owner.'
  static override examples = [
    {
      description: 'Luis can add, remove and ban members, and delete messages',
      command: `${chat} rooms role ops luis moderator`
    },
    { description: 'Luis can change the settings too', command: `${chat} rooms role ops luis owner` },
    { description: 'Luis is a plain member again', command: `${chat} rooms role ops luis member` }
  ]
  static override exits = {
    0: 'changed',
    3: 'you do not own the room',
    4: 'there is no such room or user',
    5: 'a room keeps its only owner',
    8: 'it may or may not have changed'
  }
  static override args = {
    room: string({ description: 'the room', required: true, ignoreStdin: true }),
    name: string({ description: 'the user', required: true, ignoreStdin: true }),
    role: string({ description: 'owner, moderator or member', required: true, ignoreStdin: true })
  }

  async run(): Promise<Member> {
    const { args, flags } = await this.parse(RoomsRole)
    const role = roles.find((each) => each === args.role)
    if (role === undefined) {
      const ban = args.role === 'banned' ? ` To ban somebody: ${this.line('rooms', 'ban', args.room, args.name)}` : ''
      throw CommandError.usage(`“${args.role}” is not a role. The roles are owner, moderator and member.${ban}`)
    }
    const { client } = await this.signedIn(flags, { ask: false })
    const member = await interruptible((signal) => client.members.setRole(args.room, args.name, role, { signal })).catch(
      unknownOutcome(
        `the role of ${args.name} may or may not have changed`,
        () => `See who is a member: ${this.line('who', args.room)}`
      )
    )
    await this.did(`${member.name} is ${member.role === 'owner' ? 'an owner' : `a ${member.role}`} of ${args.room}.`)
    return member
  }
}
