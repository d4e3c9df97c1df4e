import { userInfo } from 'node:os'
import { type ChatClient, ProblemError } from '@tertulia/client'
import { CommandError } from './command-error.ts'
import { fitted } from './printing/fitted.ts'
import { neutralise } from './printing/neutralise.ts'
import type { Identity, Profile } from './profile.ts'
import { terminalLine } from './terminal-line.ts'
import { NotUtf8, utf8Text } from './utf8.ts'

/**
 * Register a name, first come first served, and remember the token that speaks for it.
 * @throws CommandError when it could not be remembered; nothing is registered then
 */
export async function register(client: ChatClient, server: string, profile: Profile, name: string): Promise<Identity> {
  profile.prepare(server)
  const { user, token } = await client.users.register({ name }).catch(inASentence)
  const identity = { server, name: user.name, token }
  profile.remember(identity)
  return identity
}

/** Ask at the terminal until a name can be had. `offered` is taken by an empty answer, else the login name is. */
export async function registerByAsking(
  client: ChatClient,
  server: string,
  profile: Profile,
  offered?: string
): Promise<Identity> {
  profile.prepare(server)
  // Nobody is asked for a name that no server will hear.
  await client.health.live()
  const byDefault = offered ?? userInfo().username
  for (;;) {
    process.stderr.write(`Your name [${byDefault}]: `)
    const answer = await terminalLine(process.stdin)
    if (answer === undefined) throw CommandError.usage('No name was given. Choose one: chat join --as NAME')
    try {
      return await register(client, server, profile, utf8Text(answer).trim() || byDefault)
    } catch (error) {
      if (!isAboutTheName(error)) throw error
      const why = error instanceof NotUtf8 ? 'That is not UTF-8; set the encoding of your terminal to UTF-8.' : error.message
      process.stderr.write(`${await fitted(neutralise(why))}\n`)
    }
  }
}

const isAboutTheName = (error: unknown): error is ProblemError | NotUtf8 =>
  error instanceof NotUtf8 || (error instanceof ProblemError && (error.code === 'name-taken' || error.code === 'invalid-body'))

/** The server speaks of the member `name` of a body, which whoever typed a name has not seen. */
function inASentence(error: unknown): never {
  if (!(error instanceof ProblemError && error.code === 'invalid-body')) throw error
  throw new ProblemError({ ...error.problem, detail: error.message.replace(/^name /, 'The name ') })
}
