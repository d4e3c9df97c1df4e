/** Code in a text, with the marks around it as they were written. */
export interface Code {
  open: string
  code: string
  close: string
  /** On lines of its own. */
  isBlock: boolean
}

/** Between as many backticks on both sides: three or more over any lines, one or two within a line. */
const written = /(?<!`)(?:(`{3,})(?!`).*?(?<!`)\1|(`{1,2})(?!`)[^\n]*?(?<!`)\2)(?!`)/gs
/** The marks of several lines: the name of a language may follow the first, and the line breaks beside them belong to them. */
const marks = /^(`+(?:[\w+#.-]*\r?\n)?)(.*?)((?:\r?\n)?`+)$/s

/** A text as pieces: those that are code, and what is between them. Together they are the text. */
export function piecesOf(text: string): (string | Code)[] {
  const pieces: (string | Code)[] = []
  let at = 0
  for (const { 0: found, index } of text.matchAll(written)) {
    const [, open = '', code = '', close = ''] = found.match(marks) ?? []
    const isBlock = found.includes('\n')
    const end = index + found.length
    // The line after a block is its next line anyway.
    const after = isBlock ? (/^\r?\n/.exec(text.slice(end))?.[0] ?? '') : ''
    pieces.push(text.slice(at, index), { open, code, close: close + after, isBlock })
    at = end + after.length
  }
  return [...pieces, text.slice(at)].filter((piece) => piece !== '')
}
