import type { LogEvent } from '@tertulia/protocol'
import { neutralise } from './neutralise.ts'

/**
 * A message event as one line of columns, separated by tabs: time, message id, room, author, event type, text. A backslash, a tab and a
 * newline in the text are written `\\`, `\t` and `\n`, so that a line is a message and nothing is ambiguous. Other events have no line.
 */
export function columnsLines(event: LogEvent): string[] {
  if (!('message' in event)) return []
  const { message, type, at } = event
  const cells = [at, message.id, message.room, message.author.name, type, message.text ?? '']
  return [cells.map((cell) => escaped(String(cell))).join('\t')]
}

function escaped(cell: string): string {
  const lines = cell.split('\n').map((line) => line.replaceAll('\\', '\\\\').split('\t').map(neutralise).join('\\t'))
  return lines.join('\\n')
}
