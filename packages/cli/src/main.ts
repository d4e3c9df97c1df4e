import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

/** Run the command line. Ends by itself, with the exit code of what happened. */
export async function main(argv: string[]): Promise<void> {
  endQuietlyOnBrokenPipe()
  try {
    await dispatch(argv)
  } catch (error) {
    const { failureOf } = await import('./failure.ts')
    const { text, json, exit } = failureOf(error)
    process.stderr.write(`${asksForJson(argv) ? json : await fitted(text)}\n`)
    process.exitCode = exit
  }
}

/** On a terminal broken between words: our own sentence, not the lines below it, which are there to be copied. */
async function fitted(text: string): Promise<string> {
  if (!process.stderr.isTTY) return text
  const { wrap } = await import('./printing/wrap.ts')
  const [sentence = '', ...below] = text.split('\n')
  return [...wrap(sentence, Math.max(1, (process.stderr.columns || 80) - 1)), ...below].join('\n')
}

async function dispatch(argv: string[]): Promise<void> {
  const [first = '--help', ...rest] = argv
  const asksForHelp = isHelp(first) || first === 'help'
  if (asksForHelp && rest.length === 0) {
    const { overview } = await import('./overview.ts')
    process.stdout.write(overview)
    return
  }
  const pjson = createRequire(import.meta.url)('../package.json')
  if (first === '--version' || first === '-v') {
    process.stdout.write(`chat ${pjson.version}\n`)
    return
  }
  const words = asksForHelp ? [...rest, '--help'] : argv
  const { commands } = await import('./commands.ts')
  const length = wordsOfId(words, Object.keys(commands))
  const [id, args] = [words.slice(0, length).join(':'), words.slice(length)]
  const load = Object.hasOwn(commands, id) ? commands[id] : undefined
  if (!load) {
    const { CommandError } = await import('./command-error.ts')
    const known = Object.keys(commands).join(', ').replaceAll(':', ' ')
    throw CommandError.usage(`There is no command “${id.replaceAll(':', ' ')}”. They are: ${known}.`)
  }
  // oclif would look for a theme of its own in the user's folders.
  process.env.CHAT_DISABLE_THEME = '1'
  const options = { root: fileURLToPath(new URL('..', import.meta.url)), pjson, userPlugins: false, devPlugins: false }
  if (before('--', args).some(isHelp)) {
    const { run } = await import('@oclif/core/run')
    const commands = { strategy: 'explicit', target: './dist/help-pages.js', identifier: 'COMMANDS' }
    await run([id, '--help'], { ...options, pjson: { ...pjson, oclif: { ...pjson.oclif, commands } } })
    return
  }
  const { default: Command } = await load()
  await Command.run(args, options)
}

/** How many words name the command: one, or two as in `rooms create`. */
function wordsOfId([first = '', second = '-']: string[], ids: string[]): number {
  return ids.some((id) => id.startsWith(`${first}:`)) && !second.startsWith('-') ? 2 : 1
}

const isHelp = (word: string): boolean => word === '--help' || word === '-h'

const asksForJson = (argv: string[]): boolean => before('--', argv).includes('--json')

function before(mark: string, words: string[]): string[] {
  const end = words.indexOf(mark)
  return end === -1 ? words : words.slice(0, end)
}

/** Whoever read our output has gone, as `head` does, or the terminal has. That is no failure. */
function endQuietlyOnBrokenPipe(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE' || error.code === 'EIO') process.exit()
      throw error
    })
  }
}
