import { string } from '@oclif/core/args'
import type { ChatClient } from '@tertulia/client'
import type { Member } from '@tertulia/protocol'
import { nameKey } from '@tertulia/protocol/name-key'
import { CommandWithoutRoom } from '../../command-without-room.ts'
import { CommandError } from '../../failing/command-error.ts'
import { interruptible } from '../../failing/interruption.ts'
import { unknownOutcome } from '../../failing/unknown-outcome.ts'
import { chat } from '../../program.ts'

export default class RoomsUnban extends CommandWithoutRoom {
  static override summary = 'Let somebody who was banned back into a room'
  static override description = 'They are a member of it from then on. Owners and moderators of the room can lift bans.'
  static override examples = [
    { description: 'Marta is a member of general again', command: `${chat} rooms unban general marta` },
    { description: 'See who is banned', command: `${chat} who general --banned` }
  ]
  static override exits = {
    0: 'the ban is lifted',
    3: 'you are neither an owner nor a moderator',
    4: 'nobody of that name is banned, or there is no such room',
    8: 'the ban may or may not be lifted'
  }
  static override args = {
    room: string({ description: 'the room', required: true, ignoreStdin: true }),
    name: string({ description: 'the user', required: true, ignoreStdin: true })
  }

  async run(): Promise<Member> {
    const { args, flags } = await this.parse(RoomsUnban)
    const { client } = await this.signedIn(flags, { ask: false })
    if (!(await isBanned(client, args))) {
      const list = this.line('who', args.room, '--banned')
      throw new CommandError(`${args.name} is not banned from ${args.room}. To see who is: ${list}`, {
        exit: 'notThere',
        code: 'not-banned'
      })
    }
    const member = await interruptible((signal) => client.members.setRole(args.room, args.name, 'member', { signal })).catch(
      unknownOutcome(
        `the ban of ${args.name} may or may not be lifted`,
        () => `See who is banned: ${this.line('who', args.room, '--banned')}`
      )
    )
    await this.did(`${member.name} is a member of ${args.room} again.`)
    return member
  }
}

/** Otherwise an owner or a moderator would be made a plain member. Of all names that begin so it is the first one. */
async function isBanned(client: ChatClient, { room, name }: { room: string; name: string }): Promise<boolean> {
  const { members } = await client.members.list(room, { role: 'banned', q: name, limit: 1 })
  return members.some((member) => nameKey(member.name) === nameKey(name))
}
