import { type Problem, type ProblemCode, problems } from '@tertulia/protocol'

/** The body of a refusal (RFC 9457). `prefix`: where the pages that explain problems are. */
export function problemOf(
  code: ProblemCode,
  detail: string,
  instance: string,
  prefix = '',
  { errors, current, cursor }: Pick<Problem, 'errors' | 'current' | 'cursor'> = {}
): Problem {
  const { status, title } = problems[code]
  const problem: Problem = { type: `${prefix}/problems/${code}`, code, status, title, detail, instance }
  if (errors) problem.errors = errors
  if (current !== undefined) problem.current = current
  if (cursor !== undefined) problem.cursor = cursor
  return problem
}
