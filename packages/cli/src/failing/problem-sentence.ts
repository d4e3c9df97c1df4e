import type { ProblemError } from '@tertulia/client'

/** What a refusal says to somebody who does not see its members: the log of the server knows a bug by what is in `instance`. */
export const problemSentence = ({ code, message, problem }: ProblemError): string =>
  code === 'internal' ? `The server ran into a bug. Its log says more under ${problem.instance}.` : message
