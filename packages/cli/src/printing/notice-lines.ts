import { neutralise } from './neutralise.ts'
import { wrap } from './wrap.ts'

const indent = '   '

/** What the command itself has to say in a conversation: `-- ana joined --`, in as many rows as it takes. */
export function noticeLines(sentence: string, columns: number): string[] {
  const rows = wrap(`-- ${neutralise(sentence)} --`, Math.max(1, columns - 1 - indent.length))
  return rows.map((row, at) => (at === 0 ? row : indent + row))
}
