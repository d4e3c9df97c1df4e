import { keysOf } from '../name-keys.ts'

/** The user or the room that a name means, in any spelling: what `find` gives for the first of its keys that is somebody's. */
export function byName<T>(name: string, find: (key: string) => T | undefined): T | undefined {
  for (const key of keysOf(name)) {
    const found = find(key)
    if (found !== undefined) return found
  }
  return undefined
}
