import { constants, hostname } from 'node:os'
import { string } from '@oclif/core/flags'
import { beforeMark } from '../before-mark.ts'
import { ChatCommand } from '../chat-command.ts'
import { CommandError } from '../failing/command-error.ts'
import { failureOf, tellFailure } from '../failing/failure.ts'
import { interruptible } from '../failing/interruption.ts'
import type { Wishes } from '../identity/access.ts'
import { durationMs } from '../input/duration.ts'
import { chat } from '../program.ts'
import { Announcer } from '../running/announcer.ts'
import { Child, type Ending, StartFault } from '../running/child.ts'
import { outcomeWords, startFaultWords, startWords, titleOf } from '../running/run-words.ts'

export default class Run extends ChatCommand {
  static override summary = 'Run a command, and tell a room when it starts and how it ends'
  static override description =
    `Two messages are posted: one at the start, with the name of this computer, and one at the end, with the outcome and how long it took. Both contain the command line, or the beginning of a long one: everybody in the room can read it. If it holds a password, or anything else that is not for them, use --name to post something else.

The command gets standard input, output and error as they are, and the signals INT, QUIT, TERM and HUP.

The chat never stops or delays the command. When a message cannot be posted, run says so on stderr, and that is all. After the command has ended, run tries to post the outcome for as long as --timeout says, unless no server has answered at all; Ctrl-C ends that wait.`
  static override examples = [
    { description: 'Tell your usual room how the tests went', command: `${chat} run -- make test` },
    {
      description: 'Tell another room; what follows -- is the command',
      command: `${chat} run --room builds -- npm run deploy -- --production`
    },
    {
      description: 'A command line that is not for everybody',
      command: `${chat} run --name "nightly backup" -- ./backup.sh --password secret`
    },
    { description: 'A line of shell', command: `${chat} run --name "load the dump" -- sh -c 'zcat dump.gz | psql shop'` }
  ]
  static override exits = {
    0: 'the command exited with 0; any other exit code of it is that of run too',
    2: 'wrong usage of run: the command was not run',
    126: 'the command cannot be run',
    127: 'there is no such command',
    143: 'the command was ended by SIGTERM: 128 and the number of the signal'
  }
  static override afterMark = 'COMMAND [ARGUMENT...]'
  static override flags = {
    name: string({ summary: 'Post this instead of the command line', helpValue: 'TEXT' }),
    timeout: string({ summary: 'Time limit for posting, such as 30s or 2m', default: '15s', helpValue: 'TIME' })
  }

  protected override readonly ifDamaged = 'A command cannot be given such a word by run; it was not started.'

  async run(): Promise<void> {
    const { flags } = await this.parse(Run)
    const words = this.argv.slice(beforeMark(this.argv).length + 1)
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
    if (child instanceof StartFault) {
      const text = startFaultWords(title, hostname(), child.message)
      return await interruptible(async (signal) => announcer?.ended(text, signal))
    }
    announcer?.started(startWords(title, hostname()))
    const ending = await child.ended
    await announcer?.ended(outcomeWords(title, ending, performance.now() - began), child.impatience)
    child.stop()
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

  /** Standard error is the command's: of ours it has only what went wrong. */
  async #tell(error: unknown, before = ''): Promise<void> {
    const failure = failureOf(error)
    await tellFailure({ ...failure, text: failure.text.replace(/^chat: /, `chat: ${before}`) }, this.jsonEnabled())
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
