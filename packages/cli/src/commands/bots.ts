import type { ChatClient } from '@tertulia/client'
import type { BotList, User } from '@tertulia/protocol'
import { listLimitMax } from '@tertulia/protocol/limits'
import { CommandWithoutRoom } from '../command-without-room.ts'
import { chat } from '../program.ts'

export default class Bots extends CommandWithoutRoom {
  static override summary = 'List your bots'
  static override description =
    'A bot is a user that is a program and belongs to you. The columns: name, day when it was created. In a pipe they are separated by tabs.'
  static override examples = [
    { description: 'Names and days of creation', command: `${chat} bots` },
    { description: 'The names alone', command: `${chat} bots | cut -f 1` }
  ]
  static override exits = {
    0: 'printed',
    3: 'you are not signed in'
  }

  async run(): Promise<BotList> {
    const { flags } = await this.parse(Bots)
    const { client } = await this.signedIn(flags, { ask: false })
    const bots = await this.printList(['NAME', 'CREATED'], pagesOf(client), ({ name, createdAt }) => [
      name,
      createdAt.slice(0, 10)
    ])
    return { bots }
  }
}

async function* pagesOf(client: ChatClient): AsyncGenerator<readonly User[]> {
  for await (const { bots } of client.bots.pages({ limit: listLimitMax })) yield bots
}
