import type { LogEvent, Message } from '@tertulia/protocol'
import { messageOf } from '@tertulia/protocol/message-of'
import { CommandError } from '../failing/command-error.ts'

export interface FilterOptions {
  /** Only messages whose text it matches. */
  match?: RegExp | undefined
  /** Nothing of whom is so called. */
  self?: string | undefined
  /** Nothing of bots. */
  excludeBots?: boolean
  /** Only messages as they are said: no edits, no deletions. */
  onlyNew?: boolean
}

/** Which events are wanted. What is no message is, unless messages are chosen by their text. */
export function messageFilter({ match, self, excludeBots, onlyNew }: FilterOptions): (event: LogEvent) => boolean {
  const byAuthor = ({ author }: Message) => author.name !== self && !(excludeBots && author.kind === 'bot')
  const byText = ({ text }: Message) => !match || (text !== null && match.test(text))
  return (event) => {
    const message = messageOf(event)
    if (!message) return !match && !onlyNew
    if (onlyNew && (event.type !== 'message.created' || message.text === null)) return false
    return byAuthor(message) && byText(message)
  }
}

/** An expression as people type it; `^` and `$` are the ends of each line. */
export function matcher(typed: string): RegExp {
  try {
    return new RegExp(typed, 'mu')
  } catch (error) {
    throw CommandError.usage(`${error instanceof Error ? error.message : error}. Check --match, and put it in single quotes.`)
  }
}
