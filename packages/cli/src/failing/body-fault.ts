import { ProblemError } from '@tertulia/client'

/**
 * The server speaks of the members of a body, which whoever typed a name or a password has not seen: `name must not be empty` becomes
 * `The name must not be empty`. Any other problem stays as it is.
 */
export function bodyFault(error: ProblemError): ProblemError {
  const { code, problem, message } = error
  if (code !== 'invalid-body') return error
  return new ProblemError({ ...problem, detail: message.replace(/^(name|password) /, 'The $1 ') })
}
