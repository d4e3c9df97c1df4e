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
    process.stderr.write(`${asksForJson(argv) ? json : text}\n`)
    process.exitCode = exit
  }
}

async function dispatch(argv: string[]): Promise<void> {
  const [first = '--help', ...rest] = argv
  if (isHelp(first) && rest.length === 0) {
    const { overview } = await import('./overview.ts')
    process.stdout.write(overview)
    return
  }
  const pjson = createRequire(import.meta.url)('../package.json')
  if (first === '--version' || first === '-v') {
    process.stdout.write(`chat ${pjson.version}\n`)
    return
  }
  const words = isHelp(first) ? [...rest, '--help'] : argv
  const [{ run }, { COMMANDS }] = await Promise.all([import('@oclif/core/run'), import('./commands.ts')])
  const ids = Object.keys(COMMANDS)
  const length = wordsOfId(words, ids)
  const id = words.slice(0, length).join(':')
  if (!ids.includes(id)) {
    const { CommandError } = await import('./command-error.ts')
    const [wanted, known] = [id, ids.join(', ')].map((text) => text.replaceAll(':', ' '))
    throw CommandError.usage(`There is no command “${wanted}”. They are: ${known}.`)
  }
  // oclif would look for a theme of its own in the user's folders.
  process.env.CHAT_DISABLE_THEME = '1'
  const root = fileURLToPath(new URL('..', import.meta.url))
  await run([id, ...words.slice(length)], { root, pjson, userPlugins: false, devPlugins: false })
}

/** How many words name the command: one, or two as in `rooms create`. */
function wordsOfId([first = '', second = '-']: string[], ids: string[]): number {
  return ids.some((id) => id.startsWith(`${first}:`)) && !second.startsWith('-') ? 2 : 1
}

const isHelp = (word: string): boolean => word === '--help' || word === '-h' || word === 'help'

function asksForJson(argv: string[]): boolean {
  const end = argv.indexOf('--')
  return argv.slice(0, end === -1 ? undefined : end).includes('--json')
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
