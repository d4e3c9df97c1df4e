import { userInfo } from 'node:os'
import { type ChatClient, ProblemError } from '@tertulia/client'
import { bodyFault } from '../failing/body-fault.ts'
import { CommandError } from '../failing/command-error.ts'
import { interruptible } from '../failing/interruption.ts'
import { unknownOutcome } from '../failing/unknown-outcome.ts'
import { terminalLine } from '../input/terminal-line.ts'
import { NotUtf8, utf8Text } from '../input/utf8.ts'
import { fitted } from '../printing/fitted.ts'
import { neutralise } from '../printing/neutralise.ts'
import { chat } from '../program.ts'
import type { Identity, Profile } from './profile.ts'

/**
 * Register a name, first come first served, and remember the token that speaks for it.
 * @param invite  the code of an invite, which it spends
 * @throws CommandError when it could not be remembered; nothing is registered then
 */
export async function register(
  client: ChatClient,
  server: string,
  profile: Profile,
  name: string,
  invite?: string
): Promise<Identity> {
  profile.prepare(server)
  const wanted = invite === undefined ? { name } : { name, invite }
  const { user, token } = await interruptible((signal) => client.users.register(wanted, { signal }))
    .catch((error) => inASentence(error, name))
    .catch(unknownOutcome(`“${name}” may or may not be registered now`, () => lostToken))
  const identity = { server, name: user.name, token }
  profile.remember(identity)
  return identity
}

/** Ask at the terminal until a name can be had. `offered` is taken by an empty answer, else the login name is. `invite` as above. */
export async function registerByAsking(
  client: ChatClient,
  server: string,
  profile: Profile,
  { offered, invite }: { offered?: string | undefined; invite?: string | undefined } = {}
): Promise<Identity> {
  profile.prepare(server)
  // Nobody is asked for a name that no server will hear.
  await client.health.live()
  const byDefault = offered ?? userInfo().username
  for (;;) {
    process.stderr.write(`Your name [${byDefault}]: `)
    const answer = await terminalLine(process.stdin)
    if (answer === undefined) throw CommandError.usage(`You gave no name. Choose one: ${chat} join --as NAME`)
    try {
      return await register(client, server, profile, utf8Text(answer).trim() || byDefault, invite)
    } catch (error) {
      if (!isAboutTheName(error)) throw error
      const why = error instanceof NotUtf8 ? 'That is not UTF-8; set the encoding of your terminal to UTF-8.' : error.message
      process.stderr.write(`${await fitted(neutralise(why))}\n`)
    }
  }
}

const isAboutTheName = (error: unknown): error is ProblemError | NotUtf8 =>
  error instanceof NotUtf8 || (error instanceof ProblemError && (error.code === 'name-taken' || error.code === 'invalid-body'))

const lostToken = 'If it is, its token was lost with the answer: choose another name with --as.'

function inASentence(error: unknown, name: string): never {
  if (!(error instanceof ProblemError)) throw error
  const { problem, code } = error
  if (code === 'invite-required') {
    const detail = `${error.message} With an invite: ${chat} join LINK. To sign in: ${chat} login`
    throw new ProblemError({ ...problem, detail })
  }
  if (code === 'invite-spent' && error.mayHaveArrived) {
    const detail = `${error.message} Perhaps it let you in just now: the first answer to this command was lost, and the token with it.`
    throw new ProblemError({ ...problem, detail })
  }
  if (code !== 'name-taken' || !error.mayHaveArrived) throw bodyFault(error)
  const detail = `“${name}” is taken, perhaps by this very command: its first answer was lost, and the token with it. Choose another`
  throw new ProblemError({ ...problem, detail })
}
