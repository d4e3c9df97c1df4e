import { isUtf8 } from 'node:buffer'
import { readFileSync } from 'node:fs'
import { platform } from 'node:os'
import { CommandError } from '../failing/command-error.ts'

/** What Node puts in the place of bytes that are not UTF-8, of the command line and of the environment. */
const replacement = '\ufffd'

const variables = ['CHAT_SERVER', 'CHAT_TOKEN', 'CHAT_AS', 'CHAT_ROOM']

/**
 * Refuse to work with words of which a part is lost already. Linux still has their bytes, which tell a U+FFFD that was meant from one
 * that stands for something else; elsewhere each counts as a loss.
 * @param advice  what to do instead of using such a word, as a whole sentence
 * @throws CommandError usage
 */
export function refuseDamaged(args: readonly string[], environment: NodeJS.ProcessEnv, advice: string): void {
  const word = args.find((arg) => arg.includes(replacement) && !wasMeant(arg, '/proc/self/cmdline'))
  if (word !== undefined) {
    const what = platform() === 'linux' ? 'is not UTF-8' : 'contains �, which stands for bytes that are not UTF-8'
    throw CommandError.usage(`“${word}” ${what}. ${advice}`)
  }
  const name = variables.find((each) => {
    const value = environment[each]
    return value?.includes(replacement) && !wasMeant(`${each}=${value}`, '/proc/self/environ')
  })
  if (name !== undefined) throw CommandError.usage(`${name} is not UTF-8. Set it again in a terminal that uses UTF-8.`)
}

function wasMeant(word: string, file: string): boolean {
  try {
    const bytes = readFileSync(file)
    return words(bytes).some((each) => isUtf8(each) && each.toString() === word)
  } catch {
    return false
  }
}

/** As the kernel keeps them: each is followed by a zero. */
function words(bytes: Buffer): Buffer[] {
  const found: Buffer[] = []
  for (let from = 0, to = bytes.indexOf(0); to !== -1; from = to + 1, to = bytes.indexOf(0, from)) {
    found.push(bytes.subarray(from, to))
  }
  return found
}
