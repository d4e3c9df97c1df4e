import type { DeviceLink } from '@tertulia/protocol'
import { inGroups } from '@tertulia/protocol/code-groups'
import { signInLink } from '@tertulia/protocol/page-link'
import { CommandWithoutRoom } from '../command-without-room.ts'
import { interruptible } from '../failing/interruption.ts'
import { unknownOutcome } from '../failing/unknown-outcome.ts'
import { isLoopback } from '../loopback.ts'
import { commandLine } from '../printing/command-lines.ts'
import { lookOf, wantsPlain } from '../printing/look.ts'
import { chat } from '../program.ts'

export default class Link extends CommandWithoutRoom {
  static override summary = 'Print a code that signs another device in as you'
  static override description =
    'The code works once, within 10 minutes. On the other device: chat login URL --code CODE, or open the link, which a phone can scan from the screen. Give it to nobody else: whoever has it can do whatever you can.'
  static override examples = [
    { description: 'For a device that reaches the server as you do', command: `${chat} link` },
    { description: 'The code alone, for a script', command: `${chat} link --json | jq -r .code` }
  ]
  static override exits = {
    0: 'printed',
    3: 'you are not signed in',
    6: 'too many codes'
  }

  async run(): Promise<DeviceLink> {
    const { flags } = await this.parse(Link)
    const { client, server } = await this.signedIn(flags, { ask: false })
    const made = await interruptible((signal) => client.sessions.link({ signal })).catch(
      unknownOutcome('a code may or may not have been created', () => 'Run the command again; it does no harm.')
    )
    const link = signInLink(server, made.code)
    await this.print(made.code)
    await this.say(`It works once. Expires ${time(made.expiresAt)}. On the other device:`, loginLine(server, made.code))
    const isHere = isLoopback(server)
    const picture = isHere ? [] : await this.#picture(link)
    await this.say(`In a browser${picture.length > 0 ? ', or scanned with a phone' : ''}:`, link)
    process.stderr.write(picture.map((row) => `${row}\n`).join(''))
    if (isHere) {
      await this.say(`This works on this computer only: for another device, put the server's own address in place of ${server}.`)
    }
    return { ...made, server, link }
  }

  /** Of the link, for whoever sees both this and what a phone would scan. */
  async #picture(link: string): Promise<string[]> {
    if (!process.stdout.isTTY || !process.stderr.isTTY || this.jsonEnabled()) return []
    const { qrLines } = await import('../printing/qr-code.ts')
    const { columns, rows } = process.stderr
    return qrLines(link, { columns, rows }, lookOf(process.stderr, { plain: wantsPlain(process.env) })) ?? []
  }
}

const loginLine = (server: string, code: string): string => commandLine(['login', server, '--code', inGroups(code)])

const time = (iso: string): string => new Date(iso).toTimeString().slice(0, 5)
