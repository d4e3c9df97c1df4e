import { stripVTControlCharacters } from 'node:util'
import { CLIError } from '@oclif/core/errors'
import { beforeMark } from '../before-mark.ts'
import { chat } from '../program.ts'
import { CommandError } from './command-error.ts'
import { FlagValueError } from './flag-value-error.ts'
import { unknownFlags } from './unknown-flags.ts'

/** What a command says of itself. */
interface Described {
  args?: object
  flags?: Record<string, Flag>
  baseFlags?: Record<string, Flag>
  examples?: readonly { command: string }[]
}

interface Flag {
  type: 'boolean' | 'option'
  char?: string
  multiple?: boolean
  exclusive?: unknown[]
  hidden?: boolean
}

/** What an error of the parser knows, which is declared nowhere: the flags that there are, and those that were given. */
interface Parse {
  input: { flags: Record<string, Flag> }
  output: { flags: Record<string, unknown>; metadata: { flags: Record<string, { setFromDefault?: boolean } | undefined> } }
}

/**
 * What the parser of the command line found, in words of our own and with a line that works; any other error stays as it is.
 * @param name  the words that call the command, such as `rooms create`
 * @param words  those that follow them
 */
export function usageFault(error: unknown, name: string, words: readonly string[], command: Described): unknown {
  if (!(error instanceof CLIError || error instanceof FlagValueError)) return error
  const { args = {}, flags, baseFlags, examples = [] } = command
  const [first] = examples
  const exampleOf = (shown = first) => `For example: ${shown?.command ?? `${chat} ${name} --help`}`
  if ('flags' in error && Array.isArray(error.flags)) {
    const known = Object.entries({ ...flags, ...baseFlags }).flatMap(([flag, { hidden }]) => (hidden ? [] : [flag]))
    const text = 'text' in args ? 'Put -- before a text that begins with -. ' : ''
    return unknownFlags(error.flags, [...name.split(' '), ...words], known, text + exampleOf())
  }
  const found = sentence(error, beforeMark(words), command)
  const [flag] = /^--[a-z-]+/.exec(found) ?? []
  return CommandError.usage(`${found} ${exampleOf(examples.find(({ command: line }) => flag && line.split(' ').includes(flag)))}`)
}

function sentence(error: Error, words: readonly string[], { args = {}, flags, baseFlags }: Described): string {
  if (error instanceof FlagValueError) return error.sentence
  const takesText = 'text' in args
  if ('args' in error && Array.isArray(error.args)) return ofArguments(error.args, takesText)
  const pairs = 'parse' in error ? pairsIn(error.parse as Partial<Parse>) : []
  if (pairs.length > 0) return pairs.map(([one, other]) => `--${one} and --${other} cannot be used together.`).join(' ')
  // On a terminal the parser writes in colour.
  const message = stripVTControlCharacters(error.message)
  return ofWords(message) ?? ofValues(words, { ...flags, ...baseFlags }) ?? message.replace(/\s+/g, ' ')
}

/** Missing ones are described, those that are too many are as typed. */
function ofArguments(args: unknown[], takesText: boolean): string {
  const missing = args.flatMap((arg) => (typeof arg === 'object' && arg && 'description' in arg ? [String(arg.description)] : []))
  if (missing.length > 0) return `Missing: ${missing.join(', ')}.`
  return `Too many arguments: ${args.map((arg) => `“${arg}”`).join(', ')}${takesText ? '; put the text in quotes' : ''}.`
}

/** Flags that were given and exclude each other. */
function pairsIn({ input, output }: Partial<Parse>): [string, string][] {
  if (!input || !output) return []
  const isGiven = (flag: string) => output.flags[flag] !== undefined && output.metadata.flags[flag]?.setFromDefault !== true
  return Object.entries(input.flags).flatMap(([name, { exclusive = [] }]) =>
    isGiven(name)
      ? exclusive
          .map(String)
          .filter(isGiven)
          .map((other): [string, string] => [other, name])
      : []
  )
}

/** What the parser says in a sentence only: a flag that takes a few words alone, or has to be there, by itself or beside another one. */
function ofWords(message: string): string | undefined {
  const [, taker, typed, choices] = /^Expected (--\S+?)=(.*) to be one of: ([^\n]+)/s.exec(message) ?? []
  if (taker !== undefined) return `${taker} takes ${choices?.replaceAll(', ', ' or ')}, not “${typed}”.`
  const [, required] = /Missing required flag (\S+)/.exec(message) ?? []
  if (required !== undefined) return `Missing: --${required}.`
  const [, flag, others] = /must be provided when using (\S+): (\S+)/.exec(message) ?? []
  return flag === undefined ? undefined : `${flag} needs ${others}.`
}

/** A flag that lacks its value, or has two: the parser has one class for both, and names it in a sentence only. */
function ofValues(words: readonly string[], flags: Record<string, Flag>): string | undefined {
  const names = new Map<string, string>(
    Object.entries(flags).flatMap(([name, { char }]) => [
      [`--${name}`, name] as const,
      ...(char ? [[`-${char}`, name] as const] : [])
    ])
  )
  const nameOf = (word = '--') => names.get(word.startsWith('--') ? word.replace(/=.*/s, '') : word.slice(0, 2))
  const given = new Set<string>()
  for (const [at, word] of words.entries()) {
    const name = nameOf(word)
    if (name === undefined || flags[name]?.type !== 'option') continue
    if (given.has(name) && !flags[name].multiple) return `--${name} can be given only once.`
    given.add(name)
    const next = names.has(word) ? words[at + 1] : ''
    if (next === undefined || nameOf(next) !== undefined) return `--${name} needs a value.`
  }
  return undefined
}
