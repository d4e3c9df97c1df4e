/** What stands before `--`, after which nothing is a flag. */
export function beforeMark(words: readonly string[]): readonly string[] {
  const end = words.indexOf('--')
  return end === -1 ? words : words.slice(0, end)
}
