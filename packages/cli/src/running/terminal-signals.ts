import { readFileSync } from 'node:fs'
import { platform } from 'node:os'
import { isatty } from 'node:tty'

/**
 * Whether a signal was typed, as Ctrl-C or Ctrl-\, as far as that can be told: then the terminal has sent it to every process in front of
 * it. Nobody knows who has sent a signal, so one that somebody else sends to a process in front of a terminal is taken for a key as well.
 */
export function isFromTerminal(signal: NodeJS.Signals): boolean {
  return (signal === 'SIGINT' || signal === 'SIGQUIT') && isInFront()
}

/** Whether what is typed at our terminal is for us. */
function isInFront(): boolean {
  if (platform() !== 'linux') return [0, 1, 2].some((fd) => isatty(fd))
  // Behind the name, which may hold anything: state, parent, group, session, terminal, group in front of it.
  const [, , group, , , groupInFront] = readFileSync('/proc/self/stat', 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')
  return group === groupInFront
}
