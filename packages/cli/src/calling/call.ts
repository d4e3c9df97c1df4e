import { beforeMark } from '../before-mark.ts'
import { CommandError } from '../failing/command-error.ts'
import { chat } from '../program.ts'

/** What a command line asks for. `id` is the words that name the command, joined by a colon, as in {@link commands}. */
export type Call =
  | { wants: 'overview' }
  | { wants: 'version' }
  | { wants: 'help'; id: string }
  /** `args`: what follows the name of the command, the flags from before it included. */
  | { wants: 'run'; id: string; args: string[] }

/** The flags that may also stand before the command, and whether a value follows. Only these are known before the command is. */
export const flagsBefore: Record<string, { takesValue: boolean }> = {
  server: { takesValue: true },
  as: { takesValue: true },
  room: { takesValue: true },
  timeout: { takesValue: true },
  json: { takesValue: false },
  explain: { takesValue: false }
}

/**
 * @param ids  of all commands
 * @throws CommandError usage, with the line that was probably meant
 */
export async function callOf(argv: readonly string[], ids: readonly string[]): Promise<Call> {
  const before = await leadingFlags(argv)
  const words = argv.slice(before.length)
  const [first] = words
  if (first === undefined) {
    if (before.length === 0) return { wants: 'overview' }
    throw CommandError.usage(`The command is missing. To see the commands: ${chat} --help`)
  }
  if (first === '--version' || first === '-v') return { wants: 'version' }
  if (isHelp(first) || first === 'help') {
    const wanted = words.slice(1).filter((word) => !word.startsWith('-') && word !== 'help')
    return wanted.length === 0 ? { wants: 'overview' } : { wants: 'help', id: await idIn(wanted, ids, ['help']) }
  }
  const id = await idIn(words, ids, before)
  const rest = words.slice(id.split(':').length)
  return beforeMark(rest).some(isHelp) ? { wants: 'help', id } : { wants: 'run', id, args: [...before, ...rest] }
}

async function leadingFlags(argv: readonly string[]): Promise<string[]> {
  let length = 0
  for (let word = argv[0]; word !== undefined && isFlag(word) && !isHelp(word) && !isVersion(word); word = argv[length]) {
    const takesValue = await takesValueOf(word, argv.slice(length + 1))
    length += 1
    if (!takesValue || word.includes('=')) continue
    if (length === argv.length) throw CommandError.usage(`${word} needs a value. To see the commands: ${chat} --help`)
    length += 1
  }
  return argv.slice(0, length)
}

async function takesValueOf(word: string, rest: readonly string[]): Promise<boolean> {
  const [name = ''] = word.slice(2).split('=')
  const flag = word.startsWith('--') && Object.hasOwn(flagsBefore, name) ? flagsBefore[name] : undefined
  if (flag !== undefined) return flag.takesValue
  const { unknownFlags } = await import('../failing/unknown-flags.ts')
  throw unknownFlags([word], [word, ...rest], Object.keys(flagsBefore), `Options of a command come after it: ${chat} --help`)
}

/** One word names a command, or two as in `rooms create`. */
async function idIn(words: readonly string[], ids: readonly string[], before: readonly string[]): Promise<string> {
  const [first = '', second = '-'] = words
  const isTopic = ids.some((id) => id.startsWith(`${first}:`))
  const id = isTopic && !second.startsWith('-') ? `${first}:${second}` : first
  if (ids.includes(id)) return id
  const { unknownCommand } = await import('../failing/unknown-command.ts')
  throw unknownCommand(words, ids, before)
}

const isFlag = (word: string): boolean => word.startsWith('-') && word !== '-'
const isHelp = (word: string): boolean => word === '--help' || word === '-h'
const isVersion = (word: string): boolean => word === '--version' || word === '-v'
