import { beforeMark } from './before-mark.ts'
import type { Load } from './commands.ts'
import { outliveTerminals } from './printing/outlive-terminals.ts'
import { flushed, guardOutput, OutputError, writeLines } from './printing/standard-output.ts'
import { chat, isAlone, version } from './program.ts'
import { wordsCommand } from './shells/words-command.ts'
import { typedPlace } from './typed-place.ts'

const lingerMs = 500

/** Run the command line. Ends by itself, with the exit code of what happened. */
export async function main(argv: string[]): Promise<void> {
  outliveTerminals()
  guardOutput()
  process.once('exit', endedTooSoon)
  try {
    await dispatch(argv)
    await flushed()
    process.off('exit', endedTooSoon)
  } catch (error) {
    process.off('exit', endedTooSoon)
    if (error instanceof OutputError && error.readerHasGone) process.exit()
    const { failureOf, tellFailure } = await import('./failing/failure.ts')
    const failure = failureOf(error, typedPlace(argv))
    await tellFailure(failure, beforeMark(argv).includes('--json'))
    process.exitCode = failure.exit
  }
  // What has been given up may still be held by the system, as a name that is being looked up.
  setTimeout(() => process.exit(), lingerMs).unref()
}

/** Nothing was left to wait for, and the command is not done: without this it would look as if it were. */
function endedTooSoon(code: number): void {
  if (code !== 0) return
  process.stderr.write('chat: Unexpected: the command ended before it was done.\n')
  process.exitCode = 1
}

async function dispatch(argv: string[]): Promise<void> {
  if (argv[0] === wordsCommand) {
    const { complete } = await import('./completing/complete.ts')
    await writeLines(await complete(argv.slice(1), process.env))
    return
  }
  const [{ commands }, { callOf }] = await Promise.all([import('./commands.ts'), import('./calling/call.ts')])
  const call = await callOf(argv, Object.keys(commands))
  if (call.wants === 'overview') {
    const { overview } = await import('./help/overview.ts')
    await writeLines([overview(chat).trimEnd()])
    return
  }
  if (call.wants === 'version') {
    await writeLines([`chat ${version}`])
    return
  }
  if (call.wants === 'help') {
    const { helpPage } = await import('./help/page.ts')
    await writeLines(await helpPage(call.id, process.stdout.columns || 80))
    return
  }
  const { default: Command } = await (commands[call.id] as Load)()
  try {
    await new Command(call.args).perform()
  } catch (error) {
    const { usageFault } = await import('./failing/usage-fault.ts')
    throw usageFault(error, call.id.replaceAll(':', ' '), call.args, Command)
  }
}

// The whole program is one file: whoever has copied it runs it as it is.
if (isAlone) void main(process.argv.slice(2))
