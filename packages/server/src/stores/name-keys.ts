import { formerNameKey, nameKey } from '@tertulia/protocol/name-key'

/**
 * What a user or a room may be found by, in the order in which it is looked for. Two that were told apart before their keys became one are
 * both still there: the second by its former key, which therefore comes first.
 */
export function keysOf(name: string): string[] {
  const held = holdable(name)
  const [key, former] = [nameKey(held), formerNameKey(held)]
  return former === key ? [key] : [former, key]
}

/**
 * The name as a database takes it: PostgreSQL refuses U+0000 and half of a surrogate pair, and SQLite may end a text there. No name has
 * them, nor what they are replaced with.
 */
export const holdable = (name: string): string => name.toWellFormed().replaceAll('\0', '\ufffd')
