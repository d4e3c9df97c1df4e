import type { Interfaces } from '@oclif/core'
import { flagsBefore } from '../calling/call.ts'
import { excludeEachOther } from '../calling/exclusive-flags.ts'
import type { Load, Runnable } from '../commands.ts'

export type Flag = Interfaces.FlagInput[string]

/** What the word at the cursor is, in a line that is being typed. */
export type Place =
  | { of: 'command'; ids: string[] }
  /** Of a command, or of all of them where none is named yet. */
  | { of: 'flag'; flags: [name: string, flag: Flag | undefined][] }
  | { of: 'value'; name: string; flag: Flag | undefined }
  | { of: 'argument'; name: string; arg: Interfaces.ArgInput[string] }
  | { of: 'nothing' }

/** The line as far as it is understood: the place of the word at the cursor, that word, and what other words say about server and name. */
export interface TypedLine {
  place: Place
  /** As typed, without the `--flag=` that may be in front of it. */
  word: string
  /** That `--flag=`, or nothing. */
  prefix: string
  wishes: Record<string, string>
}

/**
 * @param words  from the one after `chat` to the one at the cursor, which may be empty
 * @param commands  of which only the one that is called is loaded
 */
export async function typedLine(words: readonly string[], commands: Record<string, Load>): Promise<TypedLine> {
  const ids = Object.keys(commands)
  const last = words.at(-1) ?? ''
  const line = new Walk(words.slice(0, -1))
  line.takeFlags((name) => flagsBefore[name]?.takesValue === true)
  const whole = (place: Place): TypedLine => ({ place, word: last, prefix: '', wishes: line.wishes })

  const names = (topic?: string) => ids.filter((id) => (topic === undefined ? !id.includes(':') : id.startsWith(`${topic}:`)))
  const isHelp = line.next === 'help'
  if (isHelp) line.take()
  const first = line.next
  if (first === undefined) {
    if (isHelp) return whole({ of: 'command', ids: names() })
    const flags = Object.keys(flagsBefore).map((name): [string, undefined] => [name, undefined])
    return inFlags(line, last, [...flags, ['help', undefined], ['version', undefined]], {
      of: 'command',
      ids: [...names(), 'help']
    })
  }
  line.take()
  const subcommands = names(first)
  if (subcommands.length > 0 && line.next === undefined && !last.startsWith('-'))
    return whole({ of: 'command', ids: subcommands })
  const isSub = line.next !== undefined && ids.includes(`${first}:${line.next}`)
  const id = isSub ? `${first}:${line.take()}` : first
  if (isHelp || !ids.includes(id)) return whole({ of: 'nothing' })

  const { default: command } = await (commands[id] as Load)()
  const flags = flagsOf(command)
  const positions = line.takeAll(
    (name) => flags.find(([each, { char }]) => each === name || char === name)?.[1].type === 'option'
  )
  const given = flags.filter(([name, { char }]) => line.given.includes(name) || line.given.includes(char ?? name))
  const free = flags.filter(([, flag]) => !given.some(([, other]) => flag !== other && excludeEachOther(flag, other)))
  const left = free.filter(([name, flag]) => isRepeatable(flag) || !given.some(([each]) => each === name))
  return inFlags(line, last, [...left, ['help', undefined]], argumentAt(command, positions), flags)
}

/** Goes through words that are complete, from the left. */
class Walk {
  readonly #words: string[]
  /** A flag whose value comes next. */
  pending: string | undefined
  /** After it nothing is a flag. */
  isOver = false
  readonly given: string[] = []
  readonly wishes: Record<string, string> = {}

  constructor(words: string[]) {
    this.#words = [...words]
  }

  get next(): string | undefined {
    return this.#words[0]
  }

  take(): string | undefined {
    return this.#words.shift()
  }

  takeFlags(takesValue: (name: string) => boolean): void {
    while (this.next !== undefined && isFlag(this.next)) this.#takeFlag(takesValue)
  }

  /** To the end of the words. @returns how many of them are no flags */
  takeAll(takesValue: (name: string) => boolean): number {
    let positions = 0
    while (this.next !== undefined) {
      if (!this.isOver && isFlag(this.next)) this.#takeFlag(takesValue)
      else {
        this.take()
        positions += 1
      }
    }
    return positions
  }

  #takeFlag(takesValue: (name: string) => boolean): void {
    const word = this.take() as string
    if (word === '--') {
      this.isOver = true
      return
    }
    const [, long, inline, short] = /^(?:--([^=]*)(=.*)?|-(.))/s.exec(word) ?? []
    const name = long ?? short ?? ''
    this.given.push(name)
    if (inline !== undefined) this.wishes[name] = inline.slice(1)
    else if (takesValue(name) && (long !== undefined || word.length === 2)) this.#takeValue(name)
  }

  #takeValue(name: string): void {
    const value = this.take()
    if (value === undefined) this.pending = name
    else this.wishes[name] = value
  }
}

/** Where flags may stand: the value of one, one itself, or else what stands there without. */
function inFlags(
  { pending, isOver, wishes }: Walk,
  last: string,
  free: [string, Flag | undefined][],
  otherwise: Place,
  all: [string, Flag][] = []
): TypedLine {
  const flagOf = (name: string) => all.find(([each, { char }]) => each === name || char === name)
  const valueAt = (name: string): Place => ({ of: 'value', name: flagOf(name)?.[0] ?? name, flag: flagOf(name)?.[1] })
  if (pending !== undefined) return { place: valueAt(pending), word: last, prefix: '', wishes }
  const [, prefix = '', name = '', value = ''] = (!isOver && /^(--([^=]+)=)(.*)$/s.exec(last)) || []
  if (prefix !== '') return { place: valueAt(name), word: value, prefix, wishes }
  const place: Place = !isOver && last.startsWith('-') ? { of: 'flag', flags: free } : otherwise
  return { place, word: last, prefix: '', wishes }
}

/** What is its own comes first, also where it has a flag of all commands in its own way. */
const flagsOf = ({ baseFlags, flags }: Runnable): [string, Flag][] =>
  Object.entries({ ...flags, ...baseFlags, ...flags }).flatMap(([name, flag]) => (flag.hidden ? [] : [[name, { ...flag, name }]]))

const isRepeatable = (flag: Flag): boolean => flag.type === 'option' && flag.multiple === true

function argumentAt({ args }: Runnable, position: number): Place {
  const all = Object.entries(args)
  const [name, arg] = all[position] ?? all.find(([, { multiple }]) => multiple) ?? []
  return name === undefined || arg === undefined ? { of: 'nothing' } : { of: 'argument', name, arg }
}

const isFlag = (word: string): boolean => word.startsWith('-') && word !== '-'
