import { string } from '@oclif/core/args'
import type { Revoked } from '@tertulia/protocol'
import { CommandWithoutRoom } from '../../command-without-room.ts'
import { CommandError } from '../../failing/command-error.ts'
import { interruptible } from '../../failing/interruption.ts'
import { unknownOutcome } from '../../failing/unknown-outcome.ts'
import { chat } from '../../program.ts'

export default class InviteRevoke extends CommandWithoutRoom {
  static override summary = 'Revoke an invite: it lets nobody in any more'
  static override description = 'Whoever it has let in stays. Its number is in chat invite list.'
  static override examples = [
    { description: 'The invite with number 7', command: `${chat} invite revoke 7` },
    { description: 'Find out its number', command: `${chat} invite list` }
  ]
  static override exits = {
    0: 'revoked',
    4: 'there is no such invite, or it is not yours'
  }
  static override args = { id: string({ description: 'number of the invite', required: true, ignoreStdin: true }) }

  async run(): Promise<Revoked> {
    const { args, flags } = await this.parse(InviteRevoke)
    const id = /^[1-9]\d{0,14}$/.test(args.id) ? Number(args.id) : undefined
    if (id === undefined) {
      throw CommandError.usage(`“${args.id}” is not the number of an invite. To see the numbers: ${this.line('invite', 'list')}`)
    }
    const { client } = await this.signedIn(flags, { ask: false })
    await interruptible((signal) => client.invites.delete(id, { signal })).catch(
      unknownOutcome(`invite ${id} may or may not be revoked`, () => 'Run the command again; it does no harm.')
    )
    await this.did(`Invite ${id} is revoked.`)
    return { id }
  }
}
