import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { beforeMark } from './before-mark.ts'
import type { Load } from './commands.ts'
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
  const [{ commands }, { callOf }] = await Promise.all([import('./commands.ts'), import('./calling/call.ts')])
  const call = await callOf(argv, Object.keys(commands))
  if (call.wants === 'overview') {
    const { overview } = await import('./help/overview.ts')
    await writeLines([overview.trimEnd()])
    return
  }
  const pjson = createRequire(import.meta.url)('../package.json')
  if (call.wants === 'version') {
    await writeLines([`chat ${pjson.version}`])
    return
  }
  if (call.wants === 'help') {
    const { helpPage } = await import('./help/page.ts')
    const page = await helpPage(call.id, process.stdout.columns || 80)
    // oclif, which is loaded now, would end the process with a trace.
    guardOutput()
    await writeLines(page)
    return
  }
  // oclif would look for a theme of its own in the user's folders.
  process.env.CHAT_DISABLE_THEME = '1'
  const options = { root: fileURLToPath(new URL('..', import.meta.url)), pjson, userPlugins: false, devPlugins: false }
  const { default: Command } = await (commands[call.id] as Load)()
  guardOutput()
  try {
    await Command.run(call.args, options)
  } catch (error) {
    const { usageFault } = await import('./failing/usage-fault.ts')
    throw usageFault(error, call.id.replaceAll(':', ' '), call.args, Command)
  }
}

const asksForJson = (argv: string[]): boolean => beforeMark(argv).includes('--json')
