import type { Problem, ProblemCode } from '@tertulia/protocol'
import { parsedJson } from './parsed-json.ts'
import { retryAfterMs } from './retry-after.ts'
import type { TransportResponse } from './transport.ts'

/** The server refused: what it says, and what to do about it (`message`). No answer at all is a ConnectionError. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  /** Stable name of the problem, such as `room-not-found`; `http-502` where something in between has answered. */
  readonly code: string
  readonly status: number
  readonly problem: Problem
  /** How long the server asks to wait before the next try, in ms. */
  readonly retryAfterMs: number | undefined
  /**
   * The request may have been carried out all the same: an earlier attempt was cut on the way and may already have done what this one was
   * refused for, a proxy refuses that has lost the server while it waited for the answer, or the server failed after the write.
   */
  readonly mayHaveArrived: boolean

  constructor(problem: Problem, facts: { retryAfterMs?: number | undefined; mayHaveArrived?: boolean } = {}) {
    super(problem.detail)
    this.code = problem.code
    this.status = problem.status
    this.problem = problem
    this.retryAfterMs = facts.retryAfterMs
    this.mayHaveArrived = facts.mayHaveArrived ?? false
  }

  /** The problem in an answer. A proxy's own page of whatever form becomes one as well. */
  static of(response: TransportResponse, body: string): ProblemError {
    const problem = problemIn(body, response.status)
    const asked = retryAfterMs(response)
    return new ProblemError(problem, { retryAfterMs: asked, mayHaveArrived: leavesDoubt(problem, asked) })
  }

  /**
   * The same refusal, of a request that may have arrived in an earlier attempt.
   * @param current  what stood there when it was looked what had become of a change
   */
  inDoubt(current: unknown = this.problem.current): ProblemError {
    const { problem, retryAfterMs } = this
    return new ProblemError({ ...problem, current }, { retryAfterMs, mayHaveArrived: true })
  }
}

/** The answer is none that this protocol knows: perhaps the address belongs to some other service. */
export class UnexpectedAnswer extends Error {
  override readonly name = 'UnexpectedAnswer'

  /** @param how  a server of ours would have answered, as in “answers, but not …” */
  static at(server: string, how = 'as a Tertulia server does'): UnexpectedAnswer {
    return new UnexpectedAnswer(`${server} answers, but not ${how}. Check the address`)
  }
}

function problemIn(body: string, status: number): Problem {
  const said = parsedJson(body)
  if (isProblem(said)) return whole(said, status)
  return {
    type: 'about:blank',
    code: `http-${status}`,
    status,
    title: 'Not an answer of a Tertulia server',
    detail: `The answer has status ${status} and no explanation. Perhaps it comes from a proxy, or from another service`,
    instance: ''
  }
}

/** Failures of the server in which nothing is carried out. */
const undone: ReadonlySet<string> = new Set<ProblemCode>([
  'draining',
  'storage-busy',
  'storage-full',
  'not-implemented',
  'version-not-supported'
])

/**
 * Whether a failure of the server leaves open what has become of the request. A proxy that got no answer says 502 or 504, and some say
 * 503; a bug (500) may have come after the write; and nobody knows what a disk has kept that fails (`storage-failed`). A 503 with
 * `Retry-After` means that the request was not passed on.
 */
function leavesDoubt({ code, status }: Problem, retryAfterMs: number | undefined): boolean {
  if (status < 500 || undone.has(code)) return false
  return status !== 503 || retryAfterMs === undefined
}

/** With all that a problem has, whoever wrote it, and nothing that is not as it should be. */
function whole({ errors, cursor, ...said }: Problem, status: number): Problem {
  const { code, type = 'about:blank', title = code, instance = '' } = said
  const problem: Problem = { ...said, type: String(type), status, title: String(title), instance: String(instance) }
  if (Array.isArray(errors)) problem.errors = errors
  if (typeof cursor === 'string') problem.cursor = cursor
  return problem
}

function isProblem(value: unknown): value is Problem {
  if (typeof value !== 'object' || value === null) return false
  return 'code' in value && typeof value.code === 'string' && 'detail' in value && typeof value.detail === 'string'
}
