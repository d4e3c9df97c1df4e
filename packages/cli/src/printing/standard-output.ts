/**
 * Write lines to standard output and wait until whoever reads them has taken them, or until the signal.
 * @returns whether they were taken
 */
export function writeLines(lines: readonly string[], signal?: AbortSignal): Promise<boolean> {
  if (lines.length === 0) return Promise.resolve(true)
  return new Promise((resolve) => {
    const giveUp = () => resolve(false)
    signal?.addEventListener('abort', giveUp, { once: true })
    // A pipe that is broken ends the process; see main.
    process.stdout.write(lines.map((line) => `${line}\n`).join(''), () => {
      signal?.removeEventListener('abort', giveUp)
      resolve(true)
    })
  })
}
