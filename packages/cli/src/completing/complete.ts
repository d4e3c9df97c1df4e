import { commands } from '../commands.ts'
import { candidates } from './candidates.ts'
import { knownHere } from './known.ts'

/**
 * The answer to a script in {@link shellScripts}; whatever goes wrong, there is none.
 * @param args  `--described` or nothing, then `--` and the words of the line
 */
export async function complete(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<string[]> {
  const mark = args.indexOf('--')
  const isDescribed = args.slice(0, mark).includes('--described')
  try {
    return await candidates(args.slice(mark + 1), commands, knownHere(environment), isDescribed)
  } catch {
    return []
  }
}
