import type { IfMatch } from './commands.ts'

/** Whether a change is meant for another version than the present one, which is `rev`. Without a condition it never is. */
export const isStale = (rev: number, ifMatch: IfMatch | undefined, epoch: string): boolean =>
  ifMatch !== undefined && ifMatch !== '*' && !ifMatch.includes(`${epoch}.${rev}`)
