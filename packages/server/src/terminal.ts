import { closeSync, openSync } from 'node:fs'
import { isatty } from 'node:tty'

/**
 * Whether closing a terminal means to stop: there is one that controls this process, and it shows what the process says. That is so
 * too behind a pipe (`start | tee log`), where errors still come to the terminal; not with `nohup`, which sends both elsewhere, nor
 * in a session without a terminal (`setsid`, systemd).
 */
export const isOnTerminal = (): boolean => (isatty(1) || isatty(2)) && isControlled()

function isControlled(): boolean {
  try {
    closeSync(openSync('/dev/tty', 'r'))
    return true
  } catch {
    return false
  }
}

/** At its end Node gives a terminal the modes back that it found there, and aborts if that terminal has gone. */
export function outliveTerminals(): void {
  const terminals = [0, 1, 2].filter((fd) => isatty(fd))
  process.on('exit', () => {
    for (const fd of terminals) if (!isatty(fd)) closeSync(fd)
  })
}
