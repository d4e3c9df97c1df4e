import { durationWords } from '../input/duration.ts'
import { shellWord } from '../printing/shell-word.ts'
import type { Ending } from './child.ts'

const titleCharsMax = 200

/** What a command is called in a room: as it is typed in a shell, of a long one the beginning. */
export function titleOf(words: readonly string[]): string {
  const [line = '', ...others] = words.map(shellWord).join(' ').split('\n')
  const characters = [...line]
  const isWhole = others.length === 0 && characters.length <= titleCharsMax
  return isWhole ? line : `${characters.slice(0, titleCharsMax - 1).join('')}…`
}

export const startWords = (title: string, host: string): string => `${title}: started on ${host}`

/** @param ms  how long it ran */
export function outcomeWords(title: string, ending: Ending, ms: number): string {
  const span = durationWords(ms < 1_000 ? Math.max(1, Math.round(ms)) : Math.round(ms / 1_000) * 1_000)
  if ('signal' in ending) return `${title}: ended by ${ending.signal} after ${span}`
  return ending.exit === 0 ? `${title}: done in ${span}` : `${title}: failed (exit ${ending.exit}) after ${span}`
}

/** Of one that never ran. */
export const startFaultWords = (title: string, host: string, reason: string): string =>
  `${title}: could not be started on ${host} (${reason})`
