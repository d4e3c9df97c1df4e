import { beforeMark } from './before-mark.ts'

type Name = 'server' | 'as' | 'room'

/**
 * The flags of a command line that say where it goes, and as whom, for another line that is to go to the same place: what is set in the
 * environment or remembered is the same for both.
 * @param names  those that the other command takes
 */
export function typedPlace(argv: readonly string[], names: readonly Name[] = ['server', 'as']): string[] {
  const words = beforeMark(argv)
  return names.flatMap((name) => {
    const at = words.findIndex((word) => word === `--${name}` || word.startsWith(`--${name}=`))
    if (at === -1) return []
    const word = words[at] as string
    const value = word.includes('=') ? word.slice(word.indexOf('=') + 1) : words[at + 1]
    return value === undefined ? [] : [`--${name}`, value]
  })
}
