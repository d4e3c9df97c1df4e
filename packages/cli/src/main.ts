import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { flushed, guardOutput, OutputError, writeLines } from './printing/standard-output.ts'

const lingerMs = 500

/** Run the command line. Ends by itself, with the exit code of what happened. */
export async function main(argv: string[]): Promise<void> {
  guardOutput()
  try {
    await dispatch(argv)
    await flushed()
  } catch (error) {
    if (error instanceof OutputError && error.readerHasGone) process.exit()
    const [{ failureOf }, { fitted }] = await Promise.all([import('./failing/failure.ts'), import('./printing/fitted.ts')])
    const { text, json, exit } = failureOf(error)
    process.stderr.write(`${asksForJson(argv) ? json : await fitted(text)}\n`)
    process.exitCode = exit
  }
  // What has been given up may still be held by the system, as a name that is being looked up.
  setTimeout(() => process.exit(), lingerMs).unref()
}

async function dispatch(argv: string[]): Promise<void> {
  const [first = '--help', ...rest] = argv
  const asksForHelp = isHelp(first) || first === 'help'
  if (asksForHelp && rest.length === 0) {
    const { overview } = await import('./overview.ts')
    await writeLines([overview.trimEnd()])
    return
  }
  const pjson = createRequire(import.meta.url)('../package.json')
  if (first === '--version' || first === '-v') {
    await writeLines([`chat ${pjson.version}`])
    return
  }
  const words = asksForHelp ? [...rest, '--help'] : argv
  const { commands } = await import('./commands.ts')
  const length = wordsOfId(words, Object.keys(commands))
  const [id, args] = [words.slice(0, length).join(':'), words.slice(length)]
  const load = Object.hasOwn(commands, id) ? commands[id] : undefined
  if (!load) {
    const { CommandError } = await import('./failing/command-error.ts')
    const known = Object.keys(commands).join(', ').replaceAll(':', ' ')
    throw CommandError.usage(`Unknown command “${id.replaceAll(':', ' ')}”. The commands are: ${known}.`)
  }
  // oclif would look for a theme of its own in the user's folders.
  process.env.CHAT_DISABLE_THEME = '1'
  const options = { root: fileURLToPath(new URL('..', import.meta.url)), pjson, userPlugins: false, devPlugins: false }
  const { default: Command } = await load()
  // oclif, which is loaded now, would end the process with a trace.
  guardOutput()
  if (before('--', args).some(isHelp)) {
    const { run } = await import('@oclif/core/run')
    const commands = { strategy: 'explicit', target: './program/help-pages.js', identifier: 'COMMANDS' }
    await run([id, '--help'], { ...options, pjson: { ...pjson, oclif: { ...pjson.oclif, commands } } })
    return
  }
  try {
    await Command.run(args, options)
  } catch (error) {
    const { usageFault } = await import('./failing/usage-fault.ts')
    throw usageFault(error, id.replaceAll(':', ' '), before('--', args), Command)
  }
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
