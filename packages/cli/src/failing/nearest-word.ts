/**
 * The word that was probably meant: one that begins as typed, if no other does, else the one that is the fewest slips away.
 * @returns undefined: none is near enough
 */
export function nearestWord(typed: string, words: readonly string[]): string | undefined {
  const slip = typed.toLowerCase()
  const begun = words.filter((word) => slip.length > 1 && word.startsWith(slip))
  if (begun.length === 1) return begun[0]
  const slipsMax = slip.length > 4 ? 2 : slip.length > 2 ? 1 : 0
  const slipsTo = words.map((word) => slips(slip, word))
  const fewest = Math.min(...slipsTo)
  return fewest <= slipsMax ? words[slipsTo.indexOf(fewest)] : undefined
}

/** Letters that are missing, too many, wrong, or changed places with their neighbour (the optimal string alignment distance). */
function slips(typed: string, word: string): number {
  let [beforeLast, last]: [number[], number[]] = [[], Array.from({ length: word.length + 1 }, (_, column) => column)]
  for (let row = 1; row <= typed.length; row++) {
    const next = [row]
    for (let column = 1; column <= word.length; column++) {
      const isSame = typed[row - 1] === word[column - 1]
      const isSwapped = typed[row - 1] === word[column - 2] && typed[row - 2] === word[column - 1]
      next[column] = Math.min(
        (last[column] as number) + 1,
        (next[column - 1] as number) + 1,
        (last[column - 1] as number) + (isSame ? 0 : 1),
        isSwapped ? (beforeLast[column - 2] as number) + 1 : Infinity
      )
    }
    ;[beforeLast, last] = [last, next]
  }
  return last[word.length] as number
}
