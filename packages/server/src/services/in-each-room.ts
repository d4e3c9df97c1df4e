import type { ProblemCode, ProblemItem } from '@tertulia/protocol'
import { Breather } from '../feeds/breather.ts'
import { ChatError, OtherSpelling } from './chat-error.ts'

/** Which of several problems gives the whole its code: what cannot be understood first, then what is not there, not for this token or not for this user, then what was. */
const gravest: readonly ProblemCode[] = ['cursor-invalid', 'room-not-found', 'token-scope', 'banned', 'cursor-expired']

/**
 * Ask in each room, one after the other; others have a turn in between.
 * @throws ChatError of the gravest problem; its `errors` say what is wrong in which room
 */
export async function inEachRoom<T extends { room: string }, R>(rooms: readonly T[], ask: (one: T) => Promise<R>): Promise<R[]> {
  const answers: R[] = []
  const problems = new Map<ProblemCode, ProblemItem[]>()
  const breather = new Breather()
  for (const one of rooms) {
    if (breather.isDue) await breather.rest()
    try {
      answers.push(await ask(one))
    } catch (error) {
      const { code, message, facts } = refusal(error)
      const item: ProblemItem = { pointer: pointerTo(one.room), detail: message }
      if (facts.cursor !== undefined) item.cursor = facts.cursor
      problems.set(code, [...(problems.get(code) ?? []), item])
    }
  }
  const code = gravest.find((known) => problems.has(known))
  if (code === undefined) return answers
  const errors = [...problems.values()].flat()
  const others = errors.length > 1 ? ` “errors” names ${errors.length - 1} more.` : ''
  throw new ChatError(code, `${problems.get(code)?.[0]?.detail}${others}`, { errors })
}

function refusal(error: unknown): ChatError {
  // Its events carry another name than the one asked for: no answer under this one would be right.
  if (error instanceof OtherSpelling) return new ChatError('room-not-found', `${error.message} Use that name.`)
  if (error instanceof ChatError && gravest.includes(error.code)) return error
  throw error
}

/** A JSON Pointer (RFC 6901) into what was asked for, room by room. */
const pointerTo = (room: string): string => `/${room.replaceAll('~', '~0').replaceAll('/', '~1')}`
