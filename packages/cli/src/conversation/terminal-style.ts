import { wantsPlain } from '../printing/look.ts'
import type { TerminalStyle } from './line-terminal.ts'

/** How the terminal of whoever has this environment is to be used. */
export function terminalStyle(wishes: { plain: boolean; bell: boolean }, environment: NodeJS.ProcessEnv): TerminalStyle {
  const { TERM, TMUX, INSIDE_EMACS } = environment
  const plain = wishes.plain || wantsPlain(environment)
  return {
    plain,
    // The shell of Emacs has shown the line before it sends it.
    echoes: !(plain && INSIDE_EMACS !== undefined),
    reflows: TMUX !== undefined,
    // What cannot move its cursor may also show a bell as ^G.
    bell: wishes.bell && TERM !== 'dumb'
  }
}
