import { compareKeys } from '@tertulia/protocol/name-key'
import type { ListRange } from './records.ts'

/** Keys `from <= key < to`: one range of an index, however a page is asked for. */
export interface KeyRange {
  from: string
  to: string
}

/** No key holds this character or one below it, nor the last one of Unicode, which is none. */
const first = '\u0001'
const last = '\u{10ffff}'

/** The keys that begin so and come after this one. */
export function keyRange({ after, beginning = '' }: Pick<ListRange, 'after' | 'beginning'>): KeyRange {
  const next = after === undefined ? '' : after + first
  return { from: compareKeys(next, beginning) > 0 ? next : beginning, to: beginning + last }
}
