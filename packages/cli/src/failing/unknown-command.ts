import { commandLine } from '../printing/command-lines.ts'
import { chat } from '../program.ts'
import { CommandError } from './command-error.ts'
import { nearestWord } from './nearest-word.ts'

/**
 * No command has this name; people are told the line that they probably meant.
 * @param words  what was typed from the command on
 * @param ids  of the commands that there are, `rooms:create` among them
 * @param before  what was typed before the command
 */
export function unknownCommand(words: readonly string[], ids: readonly string[], before: readonly string[]): CommandError {
  const [first = '', second, ...rest] = words
  const line = (...meant: string[]) => commandLine([...before, ...meant])
  if (/\s/.test(first)) return CommandError.usage(`That is not a command. To send it as a message: ${line('send', ...words)}`)
  if (isAddress(first)) return CommandError.usage(`An address is not a command. To join a server: ${line('join', ...words)}`)

  const subcommands = (topic: string) => ids.flatMap((id) => (id.startsWith(`${topic}:`) ? [id.slice(topic.length + 1)] : []))
  const sub = (topic: string) => (second === undefined ? undefined : nearestWord(second, subcommands(topic)))
  if (ids.includes(first)) {
    const meant = sub(first)
    const way =
      meant === undefined ? `To see what there is: ${chat} help ${first}` : `Did you mean: ${line(first, meant, ...rest)}`
    return CommandError.usage(`Unknown command “${first} ${second}”. ${way}`)
  }
  const name = nearestWord(first, [...ids.filter((id) => !id.includes(':')), 'help'])
  return CommandError.usage(`Unknown command “${first}”. ${way()}`)

  function way(): string {
    if (name === undefined) {
      const isText = words.length > 1 && !words.some((word) => word.startsWith('-'))
      return isText ? `To send a message: ${line('send', words.join(' '))}` : `To see the commands: ${chat} --help`
    }
    const takesSub = subcommands(name).length > 0 && second !== undefined && !second.startsWith('-')
    const meant = takesSub ? sub(name) : undefined
    if (!takesSub) return `Did you mean: ${line(name, ...words.slice(1))}`
    return `Did you mean: ${meant === undefined ? line(name) : line(name, meant, ...rest)}`
  }
}

const isAddress = (word: string): boolean => /^https?:\/\//i.test(word) || /^(?:[\w.-]+|\[[\da-f:.]+\]):\d+(?:\/|$)/i.test(word)
