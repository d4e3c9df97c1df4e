import type { Commands, Results } from '../commands.ts'
import { type SentRow, sentAnswer } from '../sent-row.ts'
import type { Group, Outcome } from './batch.ts'
import type { SqliteAnswer } from './commands/carry-out.ts'

/**
 * Nearly every outcome is that one message was sent. It crosses between the threads as its row: to clone the objects that are made of it
 * would take both threads several times as long.
 */
export type Crossing = Outcome | SentRow

export function toCrossing(outcome: Outcome): Crossing {
  const answer = 'answers' in outcome && outcome.answers.length === 1 ? outcome.answers[0] : undefined
  if (!answer || !isOfSend(answer)) return outcome
  const { log, events, message } = answer
  if (events.length !== 1) return outcome // sent before, or whoever did joined with it
  return [log, message.id, message.room, message.author.name, message.author.kind, message.createdAt]
}

const isOfSend = (answer: SqliteAnswer): answer is Results['send'] => 'replayed' in answer

export function fromCrossing(crossing: Crossing, group: Group): Outcome {
  if (!Array.isArray(crossing)) return crossing
  const { text } = group[0] as { kind: 'send' } & Commands['send']
  return { answers: [sentAnswer(crossing, text)] }
}
