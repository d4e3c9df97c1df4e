import type { SignInLink } from '@tertulia/protocol'
import { CommandWithoutRoom } from '../command-without-room.ts'
import { interruptible } from '../failing/interruption.ts'
import { unknownOutcome } from '../failing/unknown-outcome.ts'
import { isLoopback } from '../loopback.ts'
import { shellWord } from '../printing/shell-word.ts'
import { chat } from '../program.ts'

export default class Link extends CommandWithoutRoom {
  static override summary = 'Print a code that signs another device in as you'
  static override description =
    'The code works once, within 10 minutes. On the other device: chat login URL --code CODE. Give it to nobody else: whoever has it can do whatever you can.'
  static override examples = [
    { description: 'For a device that reaches the server as you do', command: `${chat} link` },
    { description: 'The code alone, for a script', command: `${chat} link --json | jq -r .code` }
  ]
  static override exits = {
    0: 'printed',
    3: 'you are not signed in',
    6: 'too many codes'
  }

  async run(): Promise<SignInLink & { server: string }> {
    const { flags } = await this.parse(Link)
    const { client, server } = await this.signedIn(flags, { ask: false })
    const link = await interruptible((signal) => client.sessions.link({ signal })).catch(
      unknownOutcome('a code may or may not have been created', () => 'Run the command again; it does no harm.')
    )
    await this.print(link.code)
    await this.say(`It works once, until ${time(link.expiresAt)}. On the other device:\n${loginLine(server, link.code)}`)
    if (isLoopback(server)) await this.say(`Only this computer reaches ${server}: elsewhere, use the server's own address.`)
    return { ...link, server }
  }
}

/** In groups of four, which are easier to copy by hand. */
const loginLine = (server: string, code: string): string =>
  `${chat} login ${shellWord(server)} --code ${code.replace(/(.{4})(?=.)/g, '$1-')}`

const time = (iso: string): string => new Date(iso).toTimeString().slice(0, 5)
