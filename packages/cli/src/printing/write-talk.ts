import { neutralise } from '@tertulia/protocol/neutralise'

/**
 * Write to stderr, broken between words on a terminal: our own sentence, not the lines below it, which are there to be copied. So is a
 * command line at the end of any of them: it stays whole, where it does not fit on a line of its own. All of it is harmless: a server has
 * the last word on names and codes, and may have put anything into them, a newline too, so none of these lines becomes two.
 */
export async function writeTalk(sentence: string, ...below: readonly string[]): Promise<void> {
  const lines = [sentence, ...below].map(neutralise)
  const rows = process.stderr.isTTY ? await fitted(lines) : lines
  process.stderr.write(rows.map((row) => `${row}\n`).join(''))
}

async function fitted(lines: readonly string[]): Promise<string[]> {
  const [{ wrap }, { commandTail }, { widest }] = await Promise.all([
    import('./wrap.ts'),
    import('./command-tail.ts'),
    import('./width.ts')
  ])
  const columns = Math.max(1, (process.stderr.columns || 80) - 1)
  return lines.flatMap((line, at) => {
    if (widest(line) <= columns) return [line]
    const hint = commandTail(line)
    if (hint) return [...wrap(hint.before, columns), hint.command]
    return at === 0 ? wrap(line, columns) : [line]
  })
}
