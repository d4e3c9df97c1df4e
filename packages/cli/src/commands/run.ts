import { constants, hostname } from 'node:os'
import { string } from '@oclif/core/flags'
import { ChatCommand } from '../chat-command.ts'
import { CommandError } from '../failing/command-error.ts'
import { failureOf } from '../failing/failure.ts'
import { Interruption } from '../failing/interruption.ts'
import type { Wishes } from '../identity/access.ts'
import { durationMs } from '../input/duration.ts'
import { fitted } from '../printing/fitted.ts'
import { chat } from '../program.ts'
import { Announcer } from '../running/announcer.ts'
import { Child, type Ending, StartFault } from '../running/child.ts'
import { outcomeWords, startFaultWords, startWords, titleOf } from '../running/run-words.ts'

export default class Run extends ChatCommand {
  static override summary = 'Run a command, and tell a room when it starts and how it ends'
  static override description =
    `Two messages are posted: one at the start, with the name of this computer, and one at the end, with the outcome and how long it took. Both contain the command line, or the beginning of a long one: everybody in the room can read it. If it holds a password, or anything else that is not for them, use --name to post something else.

The command gets standard input, output and error as they are, and the signals INT, QUIT, TERM and HUP. The exit code is that of the command: 128 and its number after a signal, 127 when there is no such command, 126 when it cannot be run.

The chat never stops or delays the command. When a message cannot be posted, run says so on stderr, and that is all. After the command has ended, run tries to post the outcome for as long as --timeout says; Ctrl-C ends that wait.`
  static override usage = '<%= command.id %> [--room ROOM] [--name TEXT] [--timeout TIME] -- COMMAND [ARGUMENT...]'
  static override examples = [
    '<%= config.bin %> <%= command.id %> -- make test',
    '<%= config.bin %> <%= command.id %> --room builds -- npm run deploy -- --production',
    '<%= config.bin %> <%= command.id %> --name "nightly backup" -- ./backup.sh --password secret'
  ]
  static override flags = {
    name: string({ summary: 'Post this instead of the command line', helpValue: 'TEXT' }),
    timeout: string({ summary: 'Time limit for posting, such as 30s or 2m', default: '15s', helpValue: 'TIME' })
  }

  async run(): Promise<void> {
    const { argv } = this
    const at = argv.indexOf('--')
    const words = at === -1 ? [] : argv.slice(at + 1)
    const { flags } = await this.parse(Run, at === -1 ? argv : argv.slice(0, at))
    if (words.length === 0) throw CommandError.usage(`Put the command after --, for example: ${chat} run -- make test`)
    if (flags.name?.trim() === '') throw CommandError.usage('--name is empty. Give the text to post, or leave it out.')
    const limitMs = durationMs(flags.timeout)
    const title = flags.name ?? titleOf(words)

    const began = performance.now()
    const child = await Child.start(words).catch((error: StartFault) => error)
    if (child instanceof StartFault) {
      process.exitCode = child.exit
      await this.#tell(startFault(words[0] ?? '', child))
    }
    const announcer = await this.#announcer(flags, limitMs)
    if (child instanceof StartFault) return await this.#wait(announcer, startFaultWords(title, hostname(), child.message))
    announcer?.started(startWords(title, hostname()))
    const ending = await child.ended
    await this.#wait(announcer, outcomeWords(title, ending, performance.now() - began))
    endAs(ending, child)
  }

  /** undefined: nothing can be posted, and that was told. */
  async #announcer(wishes: Wishes, limitMs: number): Promise<Announcer | undefined> {
    const tell = (what: string, error?: unknown) =>
      error === undefined
        ? this.#tell(new CommandError(what, { exit: 'unexpected', code: 'not-posted' }))
        : this.#tell(error, `${what} `)
    try {
      const { client, room } = await this.signedIn(wishes, { ask: false })
      return new Announcer({ post: (text, call) => client.messages.post(room, { text }, call), tell, limitMs })
    } catch (error) {
      await tell('Nothing is posted.', error)
      return undefined
    }
  }

  async #wait(announcer: Announcer | undefined, outcome: string): Promise<void> {
    const interruption = new Interruption()
    await announcer?.ended(outcome, interruption.signal)
    interruption.stop()
  }

  /** Standard error is the command's: of ours it has only what went wrong. */
  async #tell(error: unknown, before = ''): Promise<void> {
    const { text, json } = failureOf(error)
    process.stderr.write(`${this.jsonEnabled() ? json : await fitted(text.replace(/^chat: /, `chat: ${before}`))}\n`)
  }
}

function startFault(command: string, { exit, message }: StartFault): CommandError {
  return exit === 127
    ? new CommandError(`There is no command “${command}”. Check its name and your PATH.`, { exit, code: 'command-not-found' })
    : new CommandError(`“${command}” cannot be run (${message}). Is it a program, and may you run it?`, {
        exit,
        code: 'command-not-run'
      })
}

function endAs(ending: Ending, child: Child): void {
  process.exitCode = 'exit' in ending ? ending.exit : 128 + constants.signals[ending.signal]
  // A shell ends a loop around us only if Ctrl-C has ended us too.
  if ('signal' in ending && ending.signal === 'SIGINT' && child.received('SIGINT')) process.kill(process.pid, 'SIGINT')
}
