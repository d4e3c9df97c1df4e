import { string as url } from '@oclif/core/args'
import { boolean, string } from '@oclif/core/flags'
import type { SignInProof } from '@tertulia/client'
import type { Entered } from '@tertulia/protocol'
import { CommandWithoutRoom } from '../command-without-room.ts'
import { CommandError } from '../failing/command-error.ts'
import { placeFor } from '../identity/access.ts'
import { nameByAsking } from '../identity/asking-name.ts'
import { type Destination, destinationOf } from '../identity/destination.ts'
import { signIn, tokenIsSet, whereCodes } from '../identity/signing-in.ts'
import { secretAnswerTo } from '../input/questions.ts'
import { secretOfInput } from '../input/secret-input.ts'
import { commandLine } from '../printing/command-lines.ts'
import { chat } from '../program.ts'

export default class Login extends CommandWithoutRoom {
  static override summary = 'Sign in on this computer with a name that you already have'
  static override description =
    'It asks for your password, which is not shown while you type. Without a password, sign in with a code or a link: chat link prints both on a device where you are signed in. Whoever runs the server can also give you one (chat-server user reset). The server and name become the defaults for the other commands. To take a new name: chat join.'
  static override examples = [
    { description: 'With your password', command: `${chat} login http://203.0.113.9:1543 --as ana` },
    {
      description: 'With a code, from chat link on another device',
      command: `${chat} login http://203.0.113.9:1543 \\\n  --code K7QF-29XM-HB4T-0RZC-8W6V-DN3G-YE`
    },
    { description: 'In a script', command: `${chat} login --as ana --password-stdin < password.txt` }
  ]
  static override exits = {
    0: 'signed in',
    3: 'wrong name, password or code',
    4: 'the code was used, or has expired',
    6: 'too many attempts',
    8: 'you may or may not be signed in'
  }
  static override args = {
    url: url({ description: 'address of the server, instead of --server, or the link that chat link prints', ignoreStdin: true })
  }
  static override flags = {
    code: string({ summary: 'Sign in with this code, which works once; - is standard input', helpValue: 'CODE' }),
    'password-stdin': boolean({ summary: 'Read the password from standard input', exclusive: ['code'] })
  }

  async run(): Promise<Entered> {
    const { args, flags } = await this.parse(Login)
    if (process.env.CHAT_TOKEN) throw tokenIsSet()
    const { code, ...where } = wayTo(args.url, flags.code)
    const last = this.profile.lastJoin()
    const { server, room, here } = placeFor({ ...flags, ...where }, last, process.env)
    // A token that cannot be kept would be lost.
    this.profile.prepare(server)
    const proof = await this.#proof(server, { ...flags, code }, here?.name)
    const { name } = await signIn(this.clientOf(server, undefined, this.sayLater), server, this.profile, proof)
    const reason = this.profile.rememberJoin({ server, name, room })
    const lacking = reason === undefined ? '.' : `, but it could not be made your default (${reason}).`
    await this.did(`Signed in to ${server} as ${name}, remembered here${lacking}`)
    return { server, room, name }
  }

  async #proof(
    server: string,
    flags: { code?: string | undefined; as?: string | undefined; 'password-stdin': boolean },
    known: string | undefined
  ): Promise<SignInProof> {
    if (flags.code === '-') return { code: await this.#code() }
    if (flags.code !== undefined) return { code: flags.code }
    if (!flags['password-stdin'] && !this.canAsk) {
      const line = signInLine(server, flags.as ?? known ?? 'NAME', '--password-stdin')
      throw CommandError.usage(`There is no terminal on which to ask for your password. For example: ${line} < FILE`)
    }
    const name = flags.as ?? (await this.#name(server, known))
    if (flags['password-stdin']) return { name, password: await secretOfInput(process.stdin) }
    const password = await secretAnswerTo(`Password of ${name}: `)
    if (!password) throw CommandError.usage(`You gave no password. Without one, sign in with a code. ${whereCodes}`)
    return { name, password }
  }

  async #code(): Promise<string> {
    if (!this.canAsk) return secretOfInput(process.stdin)
    const code = await secretAnswerTo('Code: ')
    if (!code) throw CommandError.usage(`You gave no code. ${whereCodes}`)
    return code
  }

  /** Whose password it is. A pipe holds the password, and cannot be asked. */
  async #name(server: string, known: string | undefined): Promise<string> {
    if (!this.canAsk) {
      if (known !== undefined) return known
      throw CommandError.usage(`Whose password is it? For example: ${signInLine(server, 'ana', '--password-stdin')}`)
    }
    const answer = await nameByAsking(known)
    if (answer === undefined) throw CommandError.usage(`You gave no name. For example: ${signInLine(server, 'ana')}`)
    return answer
  }
}

const signInLine = (server: string, name: string, ...flags: string[]): string =>
  commandLine(['login', server, '--as', name, ...flags])

/** Where an argument leads, and --code, which may be a whole link too. */
function wayTo(url: string | undefined, code: string | undefined): Destination {
  const where = url === undefined ? {} : /[:/#]/.test(url) ? destinationOf(url) : { server: url }
  if (where.invite !== undefined)
    throw CommandError.usage(`This is the link of an invite. To take a name with it: ${commandLine(['join', url ?? ''])}`)
  if (code === undefined) return where
  return code.includes('#') ? { ...destinationOf(code), ...where } : { ...where, code }
}
