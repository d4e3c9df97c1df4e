import { type ChatClient, ProblemError, type SignInProof } from '@tertulia/client'
import { CommandError } from '../failing/command-error.ts'
import { interruptible } from '../failing/interruption.ts'
import { unknownOutcome } from '../failing/unknown-outcome.ts'
import { chat } from '../program.ts'
import type { Identity, Profile } from './profile.ts'

/**
 * Sign in with a password, or with a code, which it spends, and remember the token that speaks for whoever it is.
 * @throws CommandError when it could not be remembered; nobody is signed in then
 */
export async function signIn(client: ChatClient, server: string, profile: Profile, proof: SignInProof): Promise<Identity> {
  profile.prepare(server)
  const { user, token } = await interruptible((signal) => client.sessions.create(proof, { signal }))
    .catch(spentPerhaps)
    .catch(unknownOutcome('you may or may not be signed in', () => again('code' in proof)))
  const identity = { server, name: user.name, token }
  profile.remember(identity)
  return identity
}

export const tokenIsSet = (): CommandError =>
  CommandError.usage('CHAT_TOKEN is set: every command speaks with that token. Unset it to sign in.')

export const whereCodes = `To get one, on a device where you are signed in: ${chat} link`

const again = (byCode: boolean): string =>
  byCode ? `The code may be used up. Get another one: ${chat} link` : 'Run the command again; signing in twice does no harm.'

/** An earlier attempt of this very command may have used the code, and its answer was lost. */
function spentPerhaps(error: unknown): never {
  if (!(error instanceof ProblemError && error.code === 'link-spent' && error.mayHaveArrived)) throw error
  const detail = `This code was already used, perhaps by this very command: its first answer was lost. Get another one: ${chat} link`
  throw new ProblemError({ ...error.problem, detail })
}
