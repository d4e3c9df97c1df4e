import type { Interfaces } from '@oclif/core'
import { excludeEachOther } from '../calling/exclusive-flags.ts'
import { commands, type Load, type Runnable } from '../commands.ts'
import { wrap } from '../printing/wrap.ts'
import { chat } from '../program.ts'

type Flag = Interfaces.FlagInput[string] & { min?: number; max?: number }

const columnsMax = 80
const indent = '  '
/** What stands beside a flag begins here at the latest; under a longer one it goes on below. */
const besideMax = 24

/**
 * The page of help of a command, made of what its class says, as lines without an end. Command lines in it are never broken.
 * @param columns  of the terminal; a page is 80 wide at most
 */
export async function helpPage(id: string, columns: number): Promise<string[]> {
  const width = Math.min(columns, columnsMax) - indent.length
  const { default: command } = await (commands[id] as Load)()
  const subcommands = await Promise.all(
    Object.entries(commands).flatMap(([each, load]) => (each.startsWith(`${id}:`) ? [summaryOf(each, load)] : []))
  )
  const name = id.replace(':', ' ')
  const flags = visible({ ...command.baseFlags, ...command.flags })
  const [shared, own] = [flags.filter(isShared), flags.filter((flag) => !isShared(flag))]
  const prose = (text: string) =>
    text
      .split('\n')
      .flatMap((line) => wrap(joined(line), width))
      .map(apart)
  const sections: [string, string[]][] = [
    ['USAGE', usageLines(name, command, own, width)],
    ['DESCRIPTION', command.description === undefined ? [] : prose(command.description)],
    ['ARGUMENTS', table(argRows(command), width)],
    ['FLAGS', table(flagRows(own), width)],
    ['GLOBAL FLAGS', table(flagRows(shared), width)],
    ['EXAMPLES', command.examples.flatMap((example) => exampleLines(example, width))],
    ['EXIT CODES', exitLines(command, width)],
    ['COMMANDS', table(subcommands, width)]
  ]
  return [
    ...wrap(command.summary, width),
    ...sections.flatMap(([title, lines]) =>
      lines.length === 0 ? [] : ['', title, ...lines.map((line) => (line === '' ? '' : indent + line))]
    )
  ]
}

const summaryOf = async (id: string, load: Load): Promise<[string, string]> => [
  id.replace(':', ' '),
  (await load()).default.summary
]

const visible = (flags: Interfaces.FlagInput): Flag[] =>
  Object.entries(flags).flatMap(([name, flag]) => (flag.hidden ? [] : [{ ...flag, name } as Flag]))

const isShared = ({ helpGroup }: Flag): boolean => helpGroup === 'GLOBAL'

/** `chat send [TEXT] [--tail | --split] [--key KEY]`, broken only between what belongs together. */
function usageLines(name: string, { args, afterMark }: Runnable, flags: Flag[], width: number): string[] {
  const choices = new Map<string, string[]>()
  const required = flags.filter((flag) => flag.required)
  for (const flag of [...required, ...flags.filter((each) => !each.required)]) {
    const other = flags.find((each) => choices.has(each.name) && excludeEachOther(each, flag))?.name
    if (other === undefined) choices.set(flag.name, [shortest(flag)])
    else choices.get(other)?.push(shortest(flag))
  }
  const options = Array.from(choices.values(), (ways, at) => (at < required.length ? ways.join(' | ') : `[${ways.join(' | ')}]`))
  const first = `${chat} ${name}`
  const parts = [...Object.entries(args).map(([each, arg]) => argLabel(each, arg)), ...options, '[GLOBAL FLAGS]']
  if (afterMark !== undefined) parts.push(`-- ${afterMark}`)
  const rest = wrap(parts.map(joinedWhole).join(' '), width - first.length - 1).map(apart)
  return rest.map((line, at) => (at === 0 ? `${first} ${line}` : ' '.repeat(first.length + 1) + line))
}

/** As it is typed, in its short form where there is one: `-n N`. */
const shortest = (flag: Flag): string => `${flag.char === undefined ? `--${flag.name}` : `-${flag.char}`}${typedValue(flag)}`

/** Whatever it can be typed as: `-n, --lines N`. */
const labelOf = (flag: Flag): string => `${flag.char === undefined ? '' : `-${flag.char}, `}--${flag.name}${typedValue(flag)}`

function typedValue(flag: Flag): string {
  if (flag.type !== 'option') return ''
  const value = flag.options ? flag.options.join('|') : String(flag.helpValue ?? 'VALUE')
  return ` ${value}${flag.multiple ? '...' : ''}`
}

function argLabel(name: string, { required, multiple }: Interfaces.ArgInput[string]): string {
  const label = `${name.toUpperCase()}${multiple ? '...' : ''}`
  return required ? label : `[${label}]`
}

const argRows = ({ args }: Runnable): [string, string][] =>
  Object.entries(args).map(([name, arg]) => [argLabel(name, arg), arg.description ?? ''])

function flagRows(flags: Flag[]): [string, string][] {
  const space = flags.some(({ char }) => char !== undefined) ? '    ' : ''
  return flags.map((flag) => {
    const label = labelOf(flag)
    const facts = factsOf(flag)
    return [flag.char === undefined ? space + label : label, facts === '' ? (flag.summary ?? '') : `${flag.summary} [${facts}]`]
  })
}

/** What is to be known of its value. */
function factsOf(flag: Flag): string {
  const { min, max, env, required, dependsOn = [] } = flag
  const byDefault = flag.type === 'option' ? (flag.defaultHelp ?? flag.default) : undefined
  return [
    ...(required ? ['required'] : []),
    ...(min === undefined ? [] : [max === undefined ? `at least ${min}` : `${min} to ${max}`]),
    ...(byDefault === undefined ? [] : [`default: ${byDefault}`]),
    ...(dependsOn.length === 0 ? [] : [`needs ${dependsOn.map((each) => `--${each}`).join(' and ')}`]),
    ...(env === undefined ? [] : [`env: ${env}`])
  ].join('; ')
}

function exampleLines({ description, command }: Runnable['examples'][number], width: number): string[] {
  return [...wrap(`${description}:`, width), ...command.split('\n').map((line) => indent + line)]
}

function exitLines({ exits }: Runnable, width: number): string[] {
  const rows = Object.entries(exits)
  return rows.length === 0 ? [] : [...table(rows, width), ...[`For all others: ${chat} --help`]]
}

/** Two columns; what does not fit beside its label goes below it. */
function table(rows: readonly (readonly [string, string])[], width: number): string[] {
  const beside = Math.min(besideMax, Math.max(...rows.map(([label]) => label.length)) + 2)
  return rows.flatMap(([label, text]) => {
    const lines = wrap(joined(text), width - beside).map(apart)
    const under = label.length + 2 > beside ? [label] : []
    return [
      ...under,
      ...lines.map((line, at) => (at === 0 && under.length === 0 ? label.padEnd(beside) : ' '.repeat(beside)) + line)
    ].map((line) => line.trimEnd())
  })
}

/** Stands for a space at which no line is broken. */
const noBreak = '\u00a0'
const names = Object.keys(commands).map((id) => id.replace(':', ' '))
const longestFirst = names.sort((one, other) => other.length - one.length)
const commandLines = new RegExp(
  `(?<!npx )\\bchat(?:-server [a-z]+(?: [a-z]+)?| (?:${longestFirst.join('|')}))(?: (?:--?[a-z-]+|[A-Z]{2,}\\b))*`,
  'g'
)

/** Command lines in a text as they are typed here, each as one word. */
const joined = (text: string): string => text.replace(commandLines, (line) => joinedWhole(line.replace(/^chat(?= )/, chat)))
const joinedWhole = (text: string): string => text.replaceAll(' ', noBreak)
const apart = (text: string): string => text.replaceAll(noBreak, ' ')
