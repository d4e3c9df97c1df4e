import type { Command } from '@oclif/core/command'
import { CommandError } from './command-error.ts'

/** What a command says of itself. */
interface Described {
  args?: object
  examples?: Command.Example[]
}

/**
 * What the parser of the command line found, in words of our own and with a line that works; any other error stays as it is.
 * @param words  those that call the command, such as `rooms create`
 */
export function usageFault(error: unknown, words: string, { args = {}, examples = [] }: Described): unknown {
  if (!(error instanceof Error && 'oclif' in error)) return error
  const [example = `<%= config.bin %> <%= command.id %> --help`] = examples.filter((each) => typeof each === 'string')
  const line = example.replace('<%= config.bin %> <%= command.id %>', `chat ${words}`)
  return CommandError.usage(`${sentence(error, 'text' in args)} For example: ${line}`)
}

function sentence(error: Error, takesText: boolean): string {
  if ('args' in error && Array.isArray(error.args)) return ofArguments(error.args, takesText)
  if ('flags' in error && Array.isArray(error.flags)) {
    const text = takesText ? ' A text that begins with - follows --.' : ''
    return `There is no option ${error.flags.join(' or ')}.${text}`
  }
  const message = error.message.replace(/\s+/g, ' ').replace(/ See more help with --help$/, '')
  const pairs = Array.from(message.matchAll(/(--[\w-]+)(?:=\S*)? cannot also be provided when using (--[\w-]+)/g))
  if (pairs.length > 0) return pairs.map(([, one, other]) => `${one} and ${other} do not go together.`).join(' ')
  for (const [pattern, words] of translations) {
    const found = pattern.exec(message)
    if (found) return words(found[1] ?? '', found[2] ?? '', found[3] ?? '')
  }
  return message
}

/** Missing ones are described, those that are too many are as typed. */
function ofArguments(args: unknown[], takesText: boolean): string {
  const missing = args.flatMap((arg) => (typeof arg === 'object' && arg && 'description' in arg ? [String(arg.description)] : []))
  if (missing.length > 0) return `Something is missing: ${missing.join(', ')}.`
  const typed = args.map((arg) => `“${arg}”`).join(', ')
  return takesText ? `A text is one argument: put it in quotes; ${typed} is too much.` : `${typed} is too much.`
}

const translations: [RegExp, (...found: string[]) => string][] = [
  [/^Flag (\S+) expects a value/, (flag = '') => `${flag} needs a value.`],
  [/^Flag (\S+) can only be specified once/, (flag = '') => `${flag} can be given once only.`],
  [
    /^Parsing (\S+) Expected an integer but received: (.*)/,
    (flag = '', typed = '') => `${flag} takes a whole number, not “${typed}”.`
  ],
  [
    /^Parsing (\S+) Expected an integer greater than or equal to (\d+) but received: (.*)/,
    (flag = '', min = '', typed = '') => `${flag} is ${min} at least, not ${typed}.`
  ]
]
