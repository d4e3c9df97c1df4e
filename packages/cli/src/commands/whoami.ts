import type { User } from '@tertulia/protocol'
import { CommandWithoutRoom } from '../command-without-room.ts'

export default class Whoami extends CommandWithoutRoom {
  static override summary = 'Print your name on the server'
  static override examples = ['<%= config.bin %> <%= command.id %>']

  async run(): Promise<User & { server: string; room: string }> {
    const { flags } = await this.parse(Whoami)
    const { client, server, room } = await this.signedIn(flags, { ask: false })
    const me = await client.users.me()
    await this.print(me.name)
    await this.say(`On ${server}. Your messages go to ${room}.`)
    return { ...me, server, room }
  }
}
