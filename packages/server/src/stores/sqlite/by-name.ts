import { formerNameKey, nameKey } from '@tertulia/protocol/name-key'

/**
 * The user or the room that a name means, in any spelling: what `find` gives for its key. Two that were told apart before their
 * keys became one are both still there (see `004-one-case.ts`): the second by its former key, which therefore comes first.
 */
export function byName<T>(name: string, find: (key: string) => T | undefined): T | undefined {
  const [key, former] = [nameKey(name), formerNameKey(name)]
  return (former === key ? undefined : find(former)) ?? find(key)
}
