/** Node 22 calls its SQLite experimental at each start; whatever else Node warns of is told. */
export function hearWarnings(tellOf: (warning: Error) => void): void {
  if (process.listenerCount('warning') === 0) return // --no-warnings
  process.removeAllListeners('warning')
  process.on('warning', (warning) => {
    if (!warning.message.startsWith('SQLite is an experimental feature')) tellOf(warning)
  })
}
