import { compareKeys } from '@tertulia/protocol/name-key'
import type { ListPage } from '../store.ts'

/** Keys `from <= key < to`: one range of an index, however a page is asked for. */
export interface KeyRange {
  from: string
  to: string
}

/** No key holds this character or one below it, nor the last one of Unicode, which is none. */
const first = '\u0001'
const last = '\u{10ffff}'

/** The keys that begin so and come after this one. */
export function keyRange({
  after = '',
  beginning = ''
}: {
  after?: string | undefined
  beginning?: string | undefined
}): KeyRange {
  const next = after + first
  return { from: compareKeys(next, beginning) > 0 ? next : beginning, to: beginning + last }
}

/** Rows of which one more than wanted was read, as a page; the key in each is not part of what is listed. */
export function listPage<Row extends { key: string }, T>(rows: Row[], limit: number, toItem: (row: Row) => T): ListPage<T> {
  const shown = rows.slice(0, limit)
  return { items: shown.map(toItem), next: rows.length > limit ? shown.at(-1)?.key : undefined }
}
