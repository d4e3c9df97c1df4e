import type { PresentMember } from '@tertulia/protocol'
import { nameKey } from '@tertulia/protocol/name-key'

/** The beginning of a name that is being typed after an `@`. */
export interface MentionTyped {
  /** Where the `@` is. */
  start: number
  typed: string
}

const begun = /(?<![\p{L}\p{M}\p{N}._-])@([\p{L}\p{M}\p{N}._-]{0,32})$/u

/** @returns undefined: no name is typed where the caret is, or the caret is within a word that is there already */
export function mentionTyped(text: string, caret: number): MentionTyped | undefined {
  const found = /^[\p{L}\p{N}]/u.test(text.slice(caret)) ? null : begun.exec(text.slice(0, caret))
  return found ? { start: found.index, typed: found[1] ?? '' } : undefined
}

const shownMax = 6

/**
 * Who can be meant: of the names that begin so, those of whoever is here come first. None where one is typed to its end and no other
 * begins like it.
 */
export function namesFor(typed: string, members: readonly PresentMember[], reader: string): PresentMember[] {
  const wanted = nameKey(typed)
  const found = members
    .filter(({ name }) => name !== reader && nameKey(name).startsWith(wanted))
    .sort((a, b) => Number(b.connected) - Number(a.connected) || a.name.localeCompare(b.name))
  return found.length === 1 && isWhole(typed, found[0]) ? [] : found.slice(0, shownMax)
}

/** Whether a name is typed to its end, in any case. */
export const isWhole = (typed: string, member: PresentMember | undefined): boolean =>
  member !== undefined && nameKey(member.name) === nameKey(typed)
