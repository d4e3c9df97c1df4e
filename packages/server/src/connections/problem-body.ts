import type { Server } from 'node:net'
import { type Problem, type ProblemCode, problems } from '@tertulia/protocol'

/** Where the pages that explain the problems of a server are. */
const bases = new WeakMap<Server, string>()

export function explainProblems(server: Server, base: string): void {
  bases.set(server, base)
}

/** Empty, while nobody has said it. */
export const problemBase = (server: Server): string => bases.get(server) ?? ''

/** Who counts the problems of a server. */
const hearers = new WeakMap<Server, (code: ProblemCode) => void>()

/** Hear of every problem that this server answers with below its plugins, where no hook is reached. */
export function hearProblems(server: Server, hear: (code: ProblemCode) => void): void {
  hearers.set(server, hear)
}

export const problemTold = (server: Server, code: ProblemCode): void => hearers.get(server)?.(code)

/** The body of a refusal (RFC 9457). `base`: what the address of the page that explains it begins with. */
export function problemOf(
  code: ProblemCode,
  detail: string,
  instance: string,
  base: string,
  { errors, current, cursor }: Pick<Problem, 'errors' | 'current' | 'cursor'> = {}
): Problem {
  const { status, title } = problems[code]
  const problem: Problem = { type: `${base}/problems/${code}`, code, status, title, detail, instance }
  if (errors) problem.errors = errors
  if (current !== undefined) problem.current = current
  if (cursor !== undefined) problem.cursor = cursor
  return problem
}
