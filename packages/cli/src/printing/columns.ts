import type { LogEvent } from '@tertulia/protocol'
import { tabLine } from './tab-line.ts'

/** A message event as one line: time, message id, room, author, event type, text. Other events have no line. */
export function columnsLines(event: LogEvent): string[] {
  if (!('message' in event)) return []
  const { message, type, at } = event
  return [tabLine([at, message.id, message.room, message.author.name, type, message.text ?? ''])]
}
