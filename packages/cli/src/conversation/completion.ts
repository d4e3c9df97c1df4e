import { nameKey } from '@tertulia/protocol/name-key'
import { slashCommands } from './slash-commands.ts'

/** What the end of a line may become. */
export interface Completion {
  kind: 'command' | 'room' | 'name'
  /** What has been typed of it. */
  typed: string
  /** What follows it when it is whole. */
  after: string
}

/** What is being typed at the end of this line; undefined where there is nothing to complete. */
export function completionOf(before: string): Completion | undefined {
  const command = /^\/(\S*)$/.exec(before)?.[1]
  if (command !== undefined) return { kind: 'command', typed: command, after: ' ' }
  const room = /^\/join\s+(\S*)$/.exec(before)?.[1]
  if (room !== undefined) return { kind: 'room', typed: room, after: '' }
  const called = /(?:^|\s)@(\S*)$/.exec(before)?.[1]
  if (called !== undefined) return { kind: 'name', typed: called, after: ' ' }
  // Whoever is talked to comes first.
  return /^[^\s/]+$/.test(before) ? { kind: 'name', typed: before, after: ': ' } : undefined
}

/** Those that begin as typed, in any case; each once, sorted. */
export function beginningWith(typed: string, all: Iterable<string>): string[] {
  const key = nameKey(typed)
  return [...new Set(all)].filter((each) => nameKey(each).startsWith(key)).sort()
}

export const commandsBeginningWith = (typed: string): string[] => beginningWith(typed, slashCommands)

/** What takes the place of what was typed; undefined where nothing is gained. */
export function completed({ typed, after }: Completion, choices: readonly string[]): string | undefined {
  const [first] = choices
  if (first === undefined) return undefined
  if (choices.length === 1) return first + after
  const common = choices.reduce((prefix, each) => sharedPrefix(prefix, each))
  return common.length > typed.length ? common : undefined
}

function sharedPrefix(a: string, b: string): string {
  const [these, those] = [[...a], [...b]]
  const end = these.findIndex((character, at) => nameKey(character) !== nameKey(those[at] ?? ''))
  return end === -1 ? a : these.slice(0, end).join('')
}
