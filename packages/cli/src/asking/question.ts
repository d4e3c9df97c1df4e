import type { Message } from '@tertulia/protocol'
import { type Choices, oneOf } from './choices.ts'

/** Who is asked, and what can be answered. */
export interface Terms {
  choices: Choices
  /** The only ones who may answer, as the server spells them; nobody: every person but the one who asks. */
  from: readonly string[]
}

/** A question that has been asked. */
export interface Question extends Terms {
  /** The message that asks. */
  message: Message
}

/** What a message is to a question. */
export type Reply =
  | { type: 'answer'; choice: string }
  /** It may have been meant as an answer, and is none: somebody else's, or not clear. */
  | { type: 'miss' }
  /** Others talk. */
  | undefined

/** @param message  in its present state */
export function replyIn(message: Message, { message: question, choices, from }: Question): Reply {
  const { id, text, author } = message
  if (id <= question.id || text === null) return undefined
  const mayAnswer =
    from.length > 0 ? from.includes(author.name) : author.kind === 'person' && author.name !== question.author.name
  const choice = choices.firstIn(text)
  if (mayAnswer) return choice === undefined ? { type: 'miss' } : { type: 'answer', choice }
  // Two bots that correct each other would never stop.
  return choice === undefined || author.kind === 'bot' ? undefined : { type: 'miss' }
}

/** What is sent: the question, and how to answer it. Whoever is asked is called by name. */
export function questionText(typed: string, { choices, from }: Terms): string {
  const called = from.map((name) => `@${name}`).join(', ')
  return `${typed}\n${called === '' ? 'Answer' : `${called}: answer`} ${choices}.`
}

/** What is sent once, when somebody may think that they have answered. */
export function correction({ id, author }: Message, { message: question, choices, from }: Question): string {
  const { name, kind } = question.author
  const who = from.length > 0 ? oneOf(from) : kind === 'bot' ? 'a person' : `a person other than ${name}`
  return `@${author.name}: message ${id} does not answer message ${question.id}. What counts is a message from ${who} whose first word is ${choices}.`
}
