import { type ChatClient, ConnectionError, ProblemError } from '@tertulia/client'
import { bodyFault } from '../failing/body-fault.ts'
import { interruptible } from '../failing/interruption.ts'
import { unknownOutcome } from '../failing/unknown-outcome.ts'
import { commandLine } from '../printing/command-lines.ts'
import { writeTalk } from '../printing/write-talk.ts'
import { chat } from '../program.ts'
import { nameByAsking } from './asking-name.ts'
import type { Identity, Profile } from './profile.ts'

/**
 * To be awaited before somebody new is asked for a name, or their name is sent: no question is asked for nothing, and over a connection
 * that is cut nobody could tell whose the name is then. What answers otherwise than ours may be a proxy that lets only the rest through.
 * @param client  one of its own: a server may hang up after an answer, and what is sent over the same connection then is in doubt
 * @throws ConnectionError
 */
export async function reach(client: ChatClient): Promise<void> {
  await client.health.live().catch((error) => {
    if (error instanceof ConnectionError) throw error
  })
}

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
    .catch((error) => inASentence(error, name, server))
    .catch(unknownOutcome(`“${name}” may or may not be registered now`, () => lostToken))
  const identity = { server, name: user.name, token }
  profile.remember(identity)
  return identity
}

/**
 * Ask at the terminal until a name can be had.
 * @param offered  taken by an empty answer, instead of the login name
 * @param invite  as above
 * @returns undefined: whoever was asked has ended the input instead
 */
export async function registerByAsking(
  client: ChatClient,
  server: string,
  profile: Profile,
  { offered, invite }: { offered?: string | undefined; invite?: string | undefined } = {}
): Promise<Identity | undefined> {
  profile.prepare(server)
  for (;;) {
    const name = await nameByAsking(offered)
    if (name === undefined) return undefined
    try {
      return await register(client, server, profile, name, invite)
    } catch (error) {
      if (!isAboutTheName(error)) throw error
      const signIn = ` If it is yours, press Ctrl-C and sign in: ${commandLine(['login', server, '--as', name])}`
      await writeTalk(error.code === 'name-taken' ? error.message + signIn : error.message)
    }
  }
}

const isAboutTheName = (error: unknown): error is ProblemError =>
  error instanceof ProblemError && (error.code === 'name-taken' || error.code === 'invalid-body')

/** Of a name that this very command may have registered: nobody can sign in with it. */
export const lostAnswer = 'its first answer was lost, and the token with it'
const lostToken = 'If it is, its token was lost with the answer: choose another name with --as.'

function inASentence(error: unknown, name: string, server: string): never {
  if (!(error instanceof ProblemError)) throw error
  const { problem, code } = error
  if (code === 'invite-required') {
    const detail = `${error.message} With an invite, in quotes: ${chat} join 'LINK'. To sign in: ${commandLine(['login', server])}`
    throw new ProblemError({ ...problem, detail })
  }
  if (code === 'invite-spent' && error.mayHaveArrived) {
    const detail = `${error.message} Perhaps it let you in just now: the first answer to this command was lost, and the token with it.`
    throw new ProblemError({ ...problem, detail })
  }
  if (code !== 'name-taken' || !error.mayHaveArrived) throw bodyFault(error)
  const detail = `“${name}” is taken, perhaps by this very command: ${lostAnswer}. Choose another`
  throw new ProblemError({ ...problem, detail })
}
