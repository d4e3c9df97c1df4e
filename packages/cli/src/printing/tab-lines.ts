import type { LogEvent } from '@tertulia/protocol'
import { messageOf } from '@tertulia/protocol/message-of'
import { neutralise } from '@tertulia/protocol/neutralise'

/**
 * Cells as one line for `cut` and `awk`, separated by tabs. A backslash, a tab and a newline in a cell are written `\\`, `\t` and `\n`,
 * so that a line is a row and nothing is ambiguous.
 */
export const tabLine = (cells: readonly (string | number)[]): string => cells.map((cell) => escaped(String(cell))).join('\t')

function escaped(cell: string): string {
  const lines = cell.split('\n').map((line) => line.replaceAll('\\', '\\\\').split('\t').map(neutralise).join('\\t'))
  return lines.join('\\n')
}

/** A message event as one line: time, message id, room, author, event type, text. Other events have no line. */
export function eventTabLines(event: LogEvent): string[] {
  const message = messageOf(event)
  if (!message) return []
  const { at } = event
  // The log keeps the creation of a message that is deleted now, without a text: an empty message is never sent.
  const type = message.text === null ? 'message.deleted' : event.type
  return [tabLine([at, message.id, message.room, message.author.name, type, message.text ?? ''])]
}
