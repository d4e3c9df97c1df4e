import { userInfo } from 'node:os'
import { string as url } from '@oclif/core/args'
import { boolean, string } from '@oclif/core/flags'
import { ProblemError, type SignInProof } from '@tertulia/client'
import { CommandWithoutRoom } from '../command-without-room.ts'
import { CommandError } from '../failing/command-error.ts'
import { interruptible } from '../failing/interruption.ts'
import { unknownOutcome } from '../failing/unknown-outcome.ts'
import { placeFor } from '../identity/access.ts'
import { answerTo, secretAnswerTo } from '../input/questions.ts'
import { secretOfInput } from '../input/secret-input.ts'
import { chat } from '../program.ts'

interface SignedInAs {
  server: string
  room: string
  name: string
}

export default class Login extends CommandWithoutRoom {
  static override summary = 'Sign in on this computer with a name that you already have'
  static override description =
    'It asks for your password, which is not shown while you type. Without a password, sign in with a code: chat link prints one on a device where you are signed in. Whoever runs the server can also give you one (chat-server user reset). The server and name become the defaults for the other commands. To take a new name: chat join.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> http://203.0.113.9:1543 --as ana',
    '<%= config.bin %> <%= command.id %> http://203.0.113.9:1543 --code K7QF-29XM-HB4T-0RZC-8W6V-DN3G-YE',
    '<%= config.bin %> <%= command.id %> --as ana --password-stdin < password.txt'
  ]
  static override args = { url: url({ description: 'address of the server, instead of --server', ignoreStdin: true }) }
  static override flags = {
    code: string({ summary: 'Sign in with this code, which works once; - is standard input', helpValue: 'CODE' }),
    'password-stdin': boolean({ summary: 'Read the password from standard input', exclusive: ['code'] })
  }

  async run(): Promise<SignedInAs> {
    const { args, flags } = await this.parse(Login)
    if (process.env.CHAT_TOKEN) {
      throw CommandError.usage('CHAT_TOKEN is set: every command speaks with that token. Unset it to sign in.')
    }
    const last = this.profile.lastJoin()
    const { server, room, here } = placeFor({ ...flags, server: args.url ?? flags.server }, last, process.env)
    // A token that cannot be kept would be lost.
    this.profile.prepare(server)
    const proof = await this.#proof(server, flags, here?.name)
    const client = this.clientOf(server, undefined, this.sayLater)
    const { user, token } = await interruptible((signal) => client.sessions.create(proof, { signal }))
      .catch(spentPerhaps)
      .catch(unknownOutcome('you may or may not be signed in', () => again('code' in proof)))
    this.profile.remember({ server, name: user.name, token })
    const reason = this.profile.rememberJoin({ server, name: user.name, room })
    const lacking = reason === undefined ? '.' : `, but it could not be made your default (${reason}).`
    await this.did(`Signed in to ${server} as ${user.name}, remembered here${lacking}`)
    return { server, room, name: user.name }
  }

  async #proof(
    server: string,
    flags: { code?: string | undefined; as?: string | undefined; 'password-stdin': boolean },
    known: string | undefined
  ): Promise<SignInProof> {
    if (flags.code === '-') return { code: await this.#code() }
    if (flags.code !== undefined) return { code: flags.code }
    if (!flags['password-stdin'] && !this.canAsk) {
      const line = `${chat} login ${server} --as ${flags.as ?? known ?? 'NAME'} --password-stdin < FILE`
      throw CommandError.usage(`There is no terminal on which to ask for your password. For example: ${line}`)
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
      throw CommandError.usage(`Whose password is it? For example: ${chat} login ${server} --as ana --password-stdin`)
    }
    const byDefault = known ?? userInfo().username
    const answer = await answerTo(`Your name [${byDefault}]: `)
    if (answer === undefined) throw CommandError.usage(`You gave no name. For example: ${chat} login ${server} --as ana`)
    return answer.trim() || byDefault
  }
}

const whereCodes = `To get one, on a device where you are signed in: ${chat} link`

const again = (byCode: boolean): string =>
  byCode ? `The code may be used up. Get another one: ${chat} link` : 'Run the command again; signing in twice does no harm.'

/** An earlier attempt of this very command may have used the code, and its answer was lost. */
function spentPerhaps(error: unknown): never {
  if (!(error instanceof ProblemError && error.code === 'link-spent' && error.mayHaveArrived)) throw error
  const detail = `This code was already used, perhaps by this very command: its first answer was lost. Get another one: ${chat} link.`
  throw new ProblemError({ ...error.problem, detail })
}
