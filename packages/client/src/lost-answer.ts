import type { Shape } from './answer-shapes.ts'
import { type ChangeOptions, conditional } from './conditional.ts'
import { ConnectionError } from './connection-error.ts'
import { ProblemError } from './problem-error.ts'
import type { Answer, CallOptions, Request } from './request.ts'

/** How long it may take to look what became of a change, and how long another attempt then, in ms. */
const lookMs = 5_000

/**
 * Whether a change may or may not have been made: its answer was lost, and what stands there now does not tell either. Of a refusal that
 * came after a lost answer (409, 410, 412) only the reason is uncertain.
 */
export function isInDoubt(error: unknown): error is ConnectionError | ProblemError {
  if (error instanceof ConnectionError) return error.mayHaveArrived
  return error instanceof ProblemError && error.mayHaveArrived && (error.status >= 500 || error.status === 429)
}

/**
 * Whether an answer was lost, the caller wants to know what became of the request, and a look can tell: what a server shows whose disk
 * fails need not be there after its restart.
 */
export const isLost = (error: unknown, { retry, signal }: CallOptions): error is ConnectionError | ProblemError =>
  retry !== false && !signal?.aborted && isInDoubt(error) && !(error instanceof ProblemError && error.code === 'storage-failed')

/** The options of a request that looks what became of another one. */
export const looking = ({ signal }: CallOptions): CallOptions => (signal ? { signal, timeoutMs: lookMs } : { timeoutMs: lookMs })

/** A change of something that has a version: a message, the settings of a room. */
export interface VersionedChange<T> {
  method: 'PUT' | 'PATCH'
  path: string
  body: object
  options: ChangeOptions
  fits: Shape<T>
  /** What was asked for stands there. */
  isDone(current: T): boolean
  /** It has never been changed, neither by this request nor by anybody else. */
  isUntouched(current: T): boolean
}

/**
 * Change something without ever undoing what somebody else has changed meanwhile. When the answer is lost it is looked what stands there:
 * what was asked for is confirmed, what was never changed is changed now, both on the condition that it is still so. Of anything else
 * nobody can tell whether this change came first and was replaced, or never came.
 * @throws ConnectionError, ProblemError  in doubt, with what stands there as `current`
 */
export async function changed<T extends object>(request: Request, change: VersionedChange<T>): Promise<T> {
  const { method, path, body, options, fits, isDone, isUntouched } = change
  const send = async (more: ChangeOptions) => (await request(method, path, { ...conditional(more), body, fits })).body
  try {
    return await send(options)
  } catch (error) {
    // An earlier attempt has made the version stale that a later one was to change.
    if (isStale(error) && error.mayHaveArrived && isDone(error.problem.current as T)) return error.problem.current as T
    if (!isLost(error, options)) throw error
    const now = await look(request, path, fits, options, error)
    const tag = tagOf(now)
    const mayRepeat = isDone(now.body) || (options.ifMatch === undefined && isUntouched(now.body))
    if (!mayRepeat || tag === undefined) throw error.inDoubt(now.body)
    try {
      return await send({ ...looking(options), ifMatch: tag })
    } catch (again) {
      if (isStale(again) && isDone(again.problem.current as T)) return again.problem.current as T
      throw again instanceof ConnectionError || again instanceof ProblemError ? again.inDoubt() : again
    }
  }
}

/**
 * What stands there now.
 * @param lost  thrown when that cannot be found out
 * @throws ProblemError when it is gone, or never was
 */
export async function look<T>(
  request: Request,
  path: string,
  fits: Shape<T>,
  options: CallOptions,
  lost: ConnectionError | ProblemError
): Promise<Answer<T>> {
  try {
    return await request('GET', path, { ...looking(options), fits })
  } catch (error) {
    throw error instanceof ProblemError && gone.has(error.code) ? error : lost
  }
}

const gone = new Set(['message-deleted', 'message-expired', 'message-not-found'])

/** The entity tag of an answer, to be sent as `If-Match`. A proxy that has compressed the body calls it weak. */
export const tagOf = ({ header }: Answer<unknown>): string | undefined => header('etag')?.replace(/^W\//, '')

function isStale(error: unknown): error is ProblemError {
  return error instanceof ProblemError && error.code === 'stale' && typeof error.problem.current === 'object'
}
