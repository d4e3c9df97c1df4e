import { string } from '@oclif/core/args'
import { ProblemError } from '@tertulia/client'
import type { User } from '@tertulia/protocol'
import { CommandWithoutRoom } from '../../command-without-room.ts'
import { bodyFault } from '../../failing/body-fault.ts'
import { interruptible } from '../../failing/interruption.ts'
import { unknownOutcome } from '../../failing/unknown-outcome.ts'
import { chat } from '../../program.ts'

export default class BotsCreate extends CommandWithoutRoom {
  static override summary = 'Create a bot: a user that is a program'
  static override description =
    'It belongs to you. Create a token for it next, limited to what it needs: chat tokens create --bot. It sees the rooms that every user sees; add it to the private rooms that it needs: chat rooms add.'
  static override examples = [
    { description: 'Make a bot', command: `${chat} bots create deploys` },
    { description: 'Then a token with which it speaks', command: `${chat} tokens create --bot deploys --name ci --room builds` }
  ]
  static override exits = {
    0: 'created',
    5: 'the name is taken, or you have too many bots',
    8: 'it may or may not have been created'
  }
  static override args = {
    name: string({ description: 'name of the bot, which never changes', required: true, ignoreStdin: true })
  }

  async run(): Promise<User> {
    const { args, flags } = await this.parse(BotsCreate)
    const { client, server } = await this.signedIn(flags, { ask: false })
    const { user, token } = await interruptible((signal) => client.bots.create({ name: args.name }, { signal }))
      .catch(
        unknownOutcome(`${args.name} may or may not have been created`, () => `See which bots you have: ${this.line('bots')}`)
      )
      .catch((error) => {
        throw inASentence(error, this.line('bots'))
      })
    // It may do all that the bot may. Nobody has seen it; a token for a program is made with the limits that it needs.
    await this.clientOf(server, token)
      .sessions.end()
      .catch(() => {})
    this.done = `Created the bot ${user.name}.`
    await this.print(user.name)
    await this.say(
      `${this.done} For a token: ${this.line('tokens', 'create', '--bot', user.name, '--name', 'ci', '--room', 'general')}`
    )
    return user
  }
}

/** @param list  the line that lists the bots */
function inASentence(error: unknown, list: string): unknown {
  if (!(error instanceof ProblemError)) return error
  const { problem, code, message, mayHaveArrived } = error
  if (code !== 'name-taken' || !mayHaveArrived) return bodyFault(error)
  const detail = `${message} Perhaps it was taken by this very command, whose first answer was lost. To see which bots you have: ${list}`
  return new ProblemError({ ...problem, detail })
}
