import { closeSync } from 'node:fs'
import { isatty } from 'node:tty'

/** At its end Node gives a terminal the modes back that it found there, and aborts if that terminal has gone. */
export function outliveTerminals(): void {
  const terminals = [0, 1, 2].filter((fd) => isatty(fd))
  if (terminals.length === 0) return
  process.on('exit', () => {
    for (const fd of terminals) if (!isatty(fd)) closeSync(fd)
  })
}
