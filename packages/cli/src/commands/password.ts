import { boolean } from '@oclif/core/flags'
import { ProblemError } from '@tertulia/client'
import type { NewPassword, PasswordSet } from '@tertulia/protocol'
import { passwordCharsMax, passwordCharsMin } from '@tertulia/protocol/limits'
import { CommandWithoutRoom } from '../command-without-room.ts'
import { bodyFault } from '../failing/body-fault.ts'
import { CommandError } from '../failing/command-error.ts'
import { interruptible } from '../failing/interruption.ts'
import { unknownOutcome } from '../failing/unknown-outcome.ts'
import { secretAnswerTo } from '../input/questions.ts'
import { secretLines } from '../input/secret-input.ts'
import { chat } from '../program.ts'

export default class Password extends CommandWithoutRoom {
  static override summary = 'Set or change your password'
  static override description =
    'With a password you can sign in on other computers: chat login. It has 8 to 256 characters of any kind. A new password signs out all your other devices, but not the tokens of your programs and bots. With --stdin, one line is your first password; of two lines, the first is your current password and the second the new one.'
  static override examples = [
    { description: 'Asks for it twice, and shows nothing', command: `${chat} password` },
    { description: 'A first password, in a script', command: `${chat} password --stdin < password.txt` },
    { description: 'Another one', command: `cat current.txt new.txt | ${chat} password --stdin` }
  ]
  static override exits = {
    0: 'set',
    2: 'too short or too long, or none was given',
    3: 'that is not your current password',
    6: 'too many attempts',
    8: 'it may or may not have changed'
  }
  static override flags = {
    stdin: boolean({ summary: 'Read from standard input: the current password if you have one, then the new one, a line each' })
  }

  async run(): Promise<PasswordSet> {
    const { flags } = await this.parse(Password)
    if (!flags.stdin && !this.canAsk) {
      throw CommandError.usage(
        `There is no terminal on which to ask for your password. For example: ${this.line('password', '--stdin')} < FILE`
      )
    }
    const { client, server } = await this.signedIn(flags, { ask: false })
    const wanted = flags.stdin ? fromLines(await secretLines(process.stdin)) : await asked((await client.users.me()).hasPassword)
    await interruptible((signal) => client.users.setPassword(wanted, { signal }))
      .catch(unknownOutcome('your password may or may not have changed', () => `Try it: ${this.line('login')}`))
      .catch((error) => {
        throw inASentence(error, wanted)
      })
    await this.did('Your password is set. Your other devices are signed out; tokens of programs and bots still work.')
    return { server }
  }
}

function fromLines(lines: string[]): NewPassword {
  const [first = '', second, ...more] = lines
  if (more.length > 0) throw CommandError.usage('Standard input has more than two lines.')
  return second === undefined ? { password: first } : { current: first, password: second }
}

async function asked(hasPassword: boolean): Promise<NewPassword> {
  const current = hasPassword ? await secret('Current password: ') : undefined
  for (;;) {
    const password = await secret('New password: ')
    if (password === '') throw unchanged
    if (!isLongEnough(password)) {
      process.stderr.write(`A password has ${passwordCharsMin} to ${passwordCharsMax} characters. Once more.\n`)
      continue
    }
    if (password === (await secret('Again: '))) return current === undefined ? { password } : { password, current }
    process.stderr.write('They differ. Once more.\n')
  }
}

/** Nobody types what the server will refuse a second time. */
function isLongEnough(password: string): boolean {
  const { length } = [...password.normalize('NFC')]
  return length >= passwordCharsMin && length <= passwordCharsMax
}

async function secret(question: string): Promise<string> {
  const answer = await secretAnswerTo(question)
  if (answer === undefined) throw unchanged
  return answer
}

const unchanged = CommandError.usage('You gave no password; nothing was changed.')

function inASentence(error: unknown, { current }: NewPassword): unknown {
  if (!(error instanceof ProblemError)) return error
  if (error.code !== 'wrong-password') return bodyFault(error)
  const detail = current === undefined ? 'You have a password already: give that one too' : 'That is not your current password'
  return new ProblemError({ ...error.problem, detail })
}
