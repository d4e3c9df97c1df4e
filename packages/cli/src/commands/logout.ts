import { boolean } from '@oclif/core/flags'
import { type ChatClient, ConnectionError, ProblemError } from '@tertulia/client'
import type { SignedOut } from '@tertulia/protocol'
import { CommandWithoutRoom } from '../command-without-room.ts'
import { CommandError } from '../failing/command-error.ts'
import { exitCodeOf } from '../failing/exit-code-of.ts'
import { interruptible } from '../failing/interruption.ts'
import { unknownOutcome } from '../failing/unknown-outcome.ts'
import { writeTalk } from '../printing/write-talk.ts'
import { chat } from '../program.ts'

export default class Logout extends CommandWithoutRoom {
  static override summary = 'Sign out on this computer'
  static override description =
    'The server ends the token of this computer, and this computer forgets it. Your other devices stay signed in. To sign in again you need your password, or a code from another device: without either, nobody can use your name any more.'
  static override examples = [
    { description: 'Sign out, asking first if there would be no way back', command: `${chat} logout` },
    { description: 'Without asking, even if the server cannot be reached', command: `${chat} logout --as ana --force` }
  ]
  static override exits = {
    0: 'signed out',
    3: 'you were not signed in',
    7: 'no connection: you are still signed in',
    8: 'you may or may not be signed out'
  }
  static override flags = {
    force: boolean({ summary: 'Do not ask, and forget the token on this computer even if the server cannot be told' })
  }

  async run(): Promise<SignedOut> {
    const { flags } = await this.parse(Logout)
    const { who } = this.access(flags)
    const { client, server } = await this.signedIn(flags, { ask: false })
    const name = 'name' in who && who.name !== undefined ? who.name : (await client.users.me()).name
    if (this.canAsk && !flags.force) await this.#confirmLoss(client, server, name)
    const failure = await this.#end(client, name, flags.force)
    if ('name' in who && who.name !== undefined) this.profile.forget({ server, name: who.name })
    if (failure === undefined) await this.did(`Signed out ${name} at ${server}.`)
    else {
      const left = `This computer has forgotten ${name}, but the token stays valid until ${name} sets a new password.`
      await writeTalk(`chat: ${failure}. ${left}`)
    }
    return { server, name, ended: failure === undefined }
  }

  /** Whoever has no password may have no other way back; the token of a bot may be in use by a program. A server that does not answer will be told of by what follows. */
  async #confirmLoss(client: ChatClient, server: string, name: string): Promise<void> {
    const account = await client.users.me().catch(() => undefined)
    if (account === undefined || account.hasPassword) return
    if (account.kind === 'bot') {
      const end = `This ends the token of ${name}; its owner can create another.`
      return this.confirm(end, name, ['logout', '--force'])
    }
    const what = `${name} has no password at ${server}: unless another device is signed in, nobody can use the name any more. To set a password first: ${this.line('password')}`
    await this.confirm(what, name, ['logout', '--force'])
  }

  /** @returns why the server could not be told, as the beginning of a sentence */
  async #end(client: ChatClient, name: string, force: boolean): Promise<string | undefined> {
    const stays = `You are still signed in. To forget ${name} on this computer all the same: ${this.line('logout', '--force')}`
    try {
      await interruptible((signal) => client.sessions.end({ signal })).catch((error) => {
        if (force) throw error
        return unknownOutcome('you may or may not be signed out', () => 'Run the command again; it does no harm.')(error)
      })
      return undefined
    } catch (error) {
      // The server does not know the token any more: that is what was wanted.
      if (error instanceof ProblemError && error.code === 'unauthorized') return undefined
      const isKnown = error instanceof ConnectionError || error instanceof ProblemError
      if (isKnown && force) return error.message.replace(/\.$/, '')
      if (!(error instanceof ConnectionError)) throw error
      throw new CommandError(`${error.message}. ${stays}`, {
        exit: exitCodeOf(error),
        code: `connection-${error.reason}`,
        cause: error
      })
    }
  }
}
