import { string as words } from '@oclif/core/args'
import { string } from '@oclif/core/flags'
import type { ChatClient } from '@tertulia/client'
import type { Token } from '@tertulia/protocol'
import { nameKey } from '@tertulia/protocol/name-key'
import { CommandWithoutRoom } from '../../command-without-room.ts'
import { CommandError } from '../../failing/command-error.ts'
import { interruptible } from '../../failing/interruption.ts'
import { unknownOutcome } from '../../failing/unknown-outcome.ts'
import { chat } from '../../program.ts'

export default class TokensRevoke extends CommandWithoutRoom {
  static override summary = 'End a token: the server refuses it from now on'
  static override description =
    'Streams that were opened with it end within seconds. Name the token, or give its number from chat tokens.'
  static override examples = [
    { description: 'The token nightly of yours', command: `${chat} tokens revoke nightly` },
    { description: 'The token ci of your bot deploys', command: `${chat} tokens revoke ci --bot deploys` }
  ]
  static override exits = {
    0: 'it has ended',
    4: 'there is no such token or bot'
  }
  static override args = { token: words({ description: 'name or number of the token', required: true, ignoreStdin: true }) }
  static override flags = { bot: string({ summary: 'It is a token of this bot of yours', helpValue: 'BOT' }) }

  async run(): Promise<Token> {
    const { args, flags } = await this.parse(TokensRevoke)
    const { client } = await this.signedIn(flags, { ask: false })
    const token = await find(client, args.token, flags.bot)
    if (token === undefined) {
      const [whose, bot] = flags.bot === undefined ? ['You have', []] : [`${flags.bot} has`, ['--bot', flags.bot]]
      const list = this.line('tokens', ...bot)
      throw new CommandError(`${whose} no token “${args.token}”. To see what there is: ${list}`, {
        exit: 'notThere',
        code: 'token-not-found'
      })
    }
    await interruptible((signal) => client.tokens.delete(token.id, { signal })).catch(
      unknownOutcome(`${token.name} may or may not have ended`, () => 'Run the command again; it does no harm.')
    )
    await this.did(`The token ${token.name} has ended.`)
    return token
  }
}

/** By its name in any spelling, else by its number. */
async function find(client: ChatClient, typed: string, bot: string | undefined): Promise<Token | undefined> {
  let byNumber: Token | undefined
  for await (const { tokens } of client.tokens.pages({ bot })) {
    const byName = tokens.find(({ name }) => nameKey(name) === nameKey(typed))
    if (byName) return byName
    byNumber ??= tokens.find(({ id }) => String(id) === typed)
  }
  return byNumber
}
