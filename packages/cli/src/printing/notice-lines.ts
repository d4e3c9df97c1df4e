import { neutralise } from '@tertulia/protocol/neutralise'
import { widest } from './width.ts'
import { indentBelow, wrap } from './wrap.ts'

const indentColumns = 3

/** What the command itself has to say in a conversation: `-- ana joined --`, in as many rows as it takes. */
export function noticeLines(sentence: string, columns: number): string[] {
  const line = `-- ${neutralise(sentence)} --`
  const usable = columns - 1
  if (widest(line) <= usable) return [line]
  const indent = ' '.repeat(Math.min(indentColumns, indentBelow(usable)))
  const rows = wrap(line, Math.max(1, usable - indent.length))
  return rows.map((row, at) => (at === 0 ? row : indent + row))
}
