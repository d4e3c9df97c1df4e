import { type Page, pages, type Rows, startFlags } from './help-words.ts'

const width = 80
const indent = '  '
/** What stands beside a label begins here at the latest; under a longer one it goes on below. */
const besideMax = 26

/**
 * What --help prints, and `chat-server help`.
 * @param words  the command, as far as it is named; what names none gets the page about all of them
 */
export function helpText(words: readonly string[] = []): string {
  const named = [words.slice(0, 2).join(' '), words[0] ?? ''].find((each) => Object.hasOwn(pages, each))
  const lines = named === undefined ? overview(words[0] === 'user' ? 'user' : undefined) : pageLines(pages[named] as Page)
  return `${lines.join('\n')}\n`
}

function pageLines({ summary, usage, description, args, flags: own, examples, exits }: Page): string[] {
  return [
    summary,
    ...section('USAGE', wrapped(usage, '  '.repeat(2))),
    ...section('DESCRIPTION', wrapped(description)),
    ...section('ARGUMENTS', table(args)),
    ...section('FLAGS', table(own)),
    ...section('EXAMPLES', exampleLines(examples)),
    ...section('EXIT CODES', table(exits))
  ]
}

/** All commands, or those that begin with a word, and what most people look for: the flags of start. */
function overview(topic: string | undefined): string[] {
  const names = Object.keys(pages).filter((each) => topic === undefined || each.startsWith(`${topic} `))
  return [
    topic === undefined ? 'Group chat over plain HTTP: the server' : 'Look after the users of a server',
    ...section(
      'USAGE',
      topic === undefined
        ? ['chat-server start [FLAGS]', 'chat-server COMMAND [FLAGS]']
        : [`chat-server ${topic} COMMAND [FLAGS]`]
    ),
    ...section('COMMANDS', table(names.map((each) => [each, pages[each]?.summary ?? '']))),
    ...(topic === undefined ? section('FLAGS OF START', table(startFlags({ withVariables: false }))) : []),
    ...(topic === undefined
      ? section(
          'FLAGS',
          table([
            ['--help', 'show this page, or that of a command'],
            ['--version', 'show the version']
          ])
        )
      : []),
    ...section(
      'EXAMPLES',
      exampleLines(names.flatMap((each) => pages[each]?.examples.slice(0, topic === undefined && each === 'start' ? 2 : 1) ?? []))
    ),
    ...section('EXIT CODES', [
      '0 done, stopped  1 failed, refused  2 wrong usage',
      '78 cannot start as configured, or no database'
    ]),
    '',
    `More: chat-server help ${topic === undefined ? 'COMMAND' : `${topic} COMMAND`}`
  ]
}

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ['', title, ...lines.map((line) => indent + line)]

const exampleLines = (examples: Rows): string[] =>
  examples.flatMap(([what, line]) => [`${what}:`, ...line.split('\n').map((each) => indent + each)])

/** Two columns; what does not fit beside its label goes below it. */
function table(rows: Rows): string[] {
  const beside = Math.min(besideMax, Math.max(...rows.map(([label]) => label.length)) + 2)
  return rows.flatMap(([label, text]) => {
    const lines = wrapped(text, '', beside)
    const isUnder = label.length + 2 > beside
    const first = isUnder ? [label] : []
    return [...first, ...lines.map((line, at) => (at === 0 && !isUnder ? label.padEnd(beside) : ' '.repeat(beside)) + line)]
  })
}

/** Cut at spaces, but not within `[--flag VALUE]` or a command line; what goes on is indented by `hanging`. */
function wrapped(text: string, hanging = '', before = 0): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.match(
    /(?:\[[^\]]{1,24}\]|chat(?:-server)? (?:join|login|user|backup|restore|copy)(?: [a-z]+)?(?: (?:--[a-z]+|[A-Z]{2,}))*|\S)\S*/g
  ) ?? []) {
    if (line !== '' && before + indent.length + line.length + 1 + word.length > width) {
      lines.push(line)
      line = hanging + word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}
