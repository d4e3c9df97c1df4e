import type { Myself } from '@tertulia/protocol'
import { CommandWithoutRoom } from '../command-without-room.ts'
import { commandLine } from '../printing/command-lines.ts'
import { chat } from '../program.ts'

export default class Whoami extends CommandWithoutRoom {
  static override summary = 'Print your name on the server'
  static override description =
    'On a terminal it also says whether you are a bot or an admin, and have a password; --json tells all three.'
  static override examples = [
    { description: 'Your name', command: `${chat} whoami` },
    { description: 'Whether you are an admin', command: `${chat} whoami --json | jq .admin` }
  ]
  static override exits = {
    0: 'printed',
    3: 'you are not signed in, or not any more'
  }

  async run(): Promise<Myself> {
    const { flags } = await this.parse(Whoami)
    const { client, server, room } = await this.signedIn(flags, { ask: false })
    const me = await client.users.me()
    await this.print(me.name)
    if (me.kind === 'bot') {
      await this.say(`A bot. On ${server}. Its messages go to ${room}.`)
      return { ...me, server, room }
    }
    await this.say(`${me.admin ? 'An admin of' : 'On'} ${server}. Your messages go to ${room}.`)
    await this.say(
      me.hasPassword
        ? `You can sign in on another computer with your password: ${commandLine(['login', server, '--as', me.name])}`
        : `You have no password; it lets you in on another computer, and if you lose this one. To set one: ${this.line('password')}`
    )
    return { ...me, server, room }
  }
}
