import { string } from '@oclif/core/flags'
import type { ChatClient, TokenListOptions } from '@tertulia/client'
import type { Token, TokenList } from '@tertulia/protocol'
import { listLimitMax } from '@tertulia/protocol/limits'
import { CommandWithoutRoom } from '../command-without-room.ts'
import { expiryWords, roomsWords } from '../printing/token-words.ts'
import { chat } from '../program.ts'

export default class Tokens extends CommandWithoutRoom {
  static override summary = 'List your tokens for programs, or those of a bot'
  static override description =
    'Sorted by name. The columns: name, number, read or write, when it expires (- if never), the rooms that it is limited to. In a pipe they are separated by tabs. The tokens themselves are shown only when they are created.'
  static override examples = [
    { description: 'Yours', command: `${chat} tokens` },
    { description: 'Those of your bot deploys', command: `${chat} tokens --bot deploys` }
  ]
  static override exits = {
    0: 'printed',
    4: 'you have no such bot'
  }
  static override flags = { bot: string({ summary: 'Those of this bot of yours', helpValue: 'BOT' }) }

  async run(): Promise<TokenList> {
    const { flags } = await this.parse(Tokens)
    const { client } = await this.signedIn(flags, { ask: false })
    const tokens = await this.printList(
      ['NAME', 'ID', 'SCOPE', 'EXPIRES', 'ROOMS'],
      pagesOf(client, { bot: flags.bot }),
      ({ name, id, scope, expiresAt, rooms }) => [name, String(id), scope, expiryWords(expiresAt), roomsWords(rooms)]
    )
    return { tokens }
  }
}

async function* pagesOf(client: ChatClient, options: TokenListOptions): AsyncGenerator<readonly Token[]> {
  for await (const { tokens } of client.tokens.pages({ ...options, limit: listLimitMax })) yield tokens
}
