import { string } from '@oclif/core/args'
import { boolean } from '@oclif/core/flags'
import type { Ended } from '@tertulia/protocol'
import { CommandWithoutRoom } from '../../command-without-room.ts'
import { interruptible } from '../../failing/interruption.ts'
import { unknownOutcome } from '../../failing/unknown-outcome.ts'
import { chat } from '../../program.ts'

export default class BotsRemove extends CommandWithoutRoom {
  static override summary = 'End one of your bots for ever'
  static override description =
    'It leaves every room, and its tokens end. Its messages stay, under its name, which nobody else can take. There is no way back.'
  static override examples = [
    { description: 'Asks first', command: `${chat} bots remove deploys` },
    { description: 'In a script', command: `${chat} bots remove deploys --yes` }
  ]
  static override exits = {
    0: 'it has ended',
    2: 'nobody was there to be asked, or the answer was no',
    4: 'you have no such bot',
    8: 'it may or may not have ended'
  }
  static override args = { name: string({ description: 'name of the bot', required: true, ignoreStdin: true }) }
  static override flags = { yes: boolean({ summary: 'Do not ask first' }) }

  async run(): Promise<Ended> {
    const { args, flags } = await this.parse(BotsRemove)
    const { client, server } = await this.signedIn(flags, { ask: false })
    const what = `This ends the bot ${args.name} at ${server} for ever.`
    if (!flags.yes) await this.confirm(what, args.name, ['bots', 'remove', '--yes'])
    await interruptible((signal) => client.bots.delete(args.name, { signal })).catch(
      unknownOutcome(`${args.name} may or may not have ended`, () => `See which bots you have: ${this.line('bots')}`)
    )
    await this.did(`The bot ${args.name} has ended.`)
    return args
  }
}
