/** What goes to stderr, broken between words on a terminal: our own sentence, not the lines below it, which are there to be copied. */
export async function fitted(text: string): Promise<string> {
  if (!process.stderr.isTTY) return text
  const { wrap } = await import('./wrap.ts')
  const [sentence = '', ...below] = text.split('\n')
  return [...wrap(sentence, Math.max(1, (process.stderr.columns || 80) - 1)), ...below].join('\n')
}
