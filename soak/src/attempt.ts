import { type Answer, ask, type Question } from '../../packages/server/test/processes/support/ask.ts'
import { Fault } from './fault.ts'

/** What became of a request that may have been sent several times. */
export type Outcome = (
  | { kind: 'acknowledged' | 'refused'; answer: Answer }
  /** Perhaps with the refusal of the last try, where an earlier one may have had its effect. */
  | { kind: 'unknown'; answer: Answer | undefined }
) & {
  /** How many tries were cut off or answered with 503: each may have had its effect. */
  doubts: number
}

const refusals = new Set([403, 404, 409, 410, 412, 422, 507])
/** Longer than any fault of ours lasts, also where the machine is slow. */
const patienceMs = 240_000

export interface AttemptOptions {
  random: () => number
  pause: (ms: number) => Promise<void>
  /** Is asked until it is acknowledged, or refused for another reason than a full disk. */
  settles?: boolean
}

/** Ask until there is an answer, or now and then until it is given up: as people do whose connection was cut. */
export async function attempt(
  method: string,
  url: () => string,
  question: Question,
  { random, pause, settles = false }: AttemptOptions
): Promise<Outcome> {
  const untilMs = performance.now() + patienceMs
  let doubts = 0
  for (;;) {
    const answer = await ask(method, url(), question).catch((error: NodeJS.ErrnoException) => error)
    if (answer instanceof Error) {
      if (answer.code !== 'ECONNREFUSED') doubts++
    } else if (answer.status < 300) return { kind: 'acknowledged', answer, doubts }
    else if (answer.status === 507 && settles) await pause(100)
    else if (refusals.has(answer.status)) return { kind: doubts > 0 ? 'unknown' : 'refused', answer, doubts }
    else if (answer.status === 503) doubts++
    else throw new Fault(`${method} ${url()} was answered with ${answer.status} ${answer.body?.code}: ${answer.body?.detail}`)
    if (doubts > 0 && !settles && random() < 0.1) return { kind: 'unknown', answer: undefined, doubts }
    if (performance.now() > untilMs) throw new Fault(`${method} ${url()} was not answered for ${patienceMs / 1_000} s`)
    await pause(10 + random() * 40)
  }
}
