import { string as name } from '@oclif/core/args'
import { boolean, string } from '@oclif/core/flags'
import { ProblemError } from '@tertulia/client'
import type { LogEvent } from '@tertulia/protocol'
import { neutralise } from '@tertulia/protocol/neutralise'
import { ChatCommand } from '../chat-command.ts'
import { CommandError } from '../failing/command-error.ts'
import { Interruption } from '../failing/interruption.ts'
import { withNumberHint } from '../failing/number-hint.ts'
import { durationMs, durationWords } from '../input/duration.ts'
import { wholeNumber } from '../input/whole-number.ts'
import { eventLines } from '../printing/event-lines.ts'
import { noticeLines } from '../printing/notice-lines.ts'
import { writeLines } from '../printing/standard-output.ts'
import { chat } from '../program.ts'
import { running } from '../watching/exec.ts'
import { matcher, messageFilter } from '../watching/message-filter.ts'
import { startCursors, startsOf } from '../watching/starts.ts'
import { StateFile } from '../watching/state-file.ts'
import { watchRooms } from '../watching/watch-rooms.ts'

/** What a terminal shows of the past before the present begins. */
const oldMessagesDefault = 10

export default class Watch extends ChatCommand {
  static override summary = 'Print messages as they arrive'
  static override description =
    `On a terminal, the output reads as a conversation. In a pipe, each message is a line of columns separated by tabs: time, id, room, author, event type, text. A tab, a newline or a backslash in a text is written \\t, \\n or \\\\. With --json, each event is a line of JSON. When the connection is lost, watch tries again for ever, and misses nothing.

A cursor, such as 7f3a7f3a.42, says how far a room has been read. You find it in the first line of a watch (watching general from …), in the file of --state, and as cursor in chat history --json. --after also takes the number of a message or event; 0 is the beginning, now the present.

--exec CMD runs CMD in a shell for each new message of somebody else, one at a time. CMD finds the event as JSON on its standard input, and CHAT_TEXT CHAT_AUTHOR CHAT_AUTHOR_KIND CHAT_ROOM CHAT_ID CHAT_AT in its environment. In CMD, chat send answers in the same room. With --state, a message counts as read when CMD exits with 0; when CMD fails, watch ends.`
  static override examples = [
    { description: 'Follow your usual room', command: `${chat} watch` },
    { description: 'Two rooms, each with its last 50 messages first', command: `${chat} watch general ops -n 50` },
    { description: 'What came since the last run, as JSON', command: `${chat} watch --state ~/.seen --once --json` },
    {
      description: 'Wait for a message, at most ten minutes',
      command: `${chat} watch --match '^deployed' --count 1 --timeout 10m`
    },
    {
      description: 'Run a program for each new message',
      command: `${chat} watch --state ~/.seen --exec 'notify-send "$CHAT_AUTHOR" "$CHAT_TEXT"'`
    }
  ]
  static override exits = {
    0: 'enough messages arrived, or --once or --timeout ended it',
    1: 'the command of --exec failed, or the file of --state cannot be used',
    3: 'you may not read the room, or not any more',
    4: 'there is no such room, or the cursor is too old',
    7: 'no connection at the start',
    8: '--timeout was over before --count messages arrived, or one that matches',
    130: 'interrupted (143: terminated)'
  }
  static override args = { rooms: name({ description: 'rooms to watch, instead of --room', multiple: true, ignoreStdin: true }) }
  static override flags = {
    lines: wholeNumber({
      char: 'n',
      summary: `Start with N old messages of each room; without it ${oldMessagesDefault} on a terminal, else none`,
      min: 0,
      helpValue: 'N'
    }),
    after: string({
      summary:
        'Start after this cursor or number; 0 is the beginning, now the present; for several rooms: general:CURSOR,ops:now',
      exclusive: ['lines'],
      helpValue: 'CURSOR'
    }),
    state: string({ summary: 'Continue where the last run with this file ended', helpValue: 'FILE' }),
    once: boolean({ summary: 'Print what you missed, and exit' }),
    count: wholeNumber({ summary: 'Exit after N messages; an edit counts, a deletion does not', min: 1, helpValue: 'N' }),
    timeout: string({ summary: 'Exit after this time, such as 30s or 10m', helpValue: 'TIME' }),
    match: string({ summary: 'Only messages whose text matches', helpValue: 'REGEX' }),
    'exclude-self': boolean({ summary: 'Skip your own messages' }),
    'exclude-bots': boolean({ summary: 'Skip messages of bots' }),
    exec: string({ summary: 'Run CMD for each new message instead of printing it', helpValue: 'CMD' })
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Watch)
    const match = flags.match === undefined ? undefined : matcher(flags.match)
    const withinMs = flags.timeout === undefined ? undefined : durationMs(flags.timeout)
    const state = flags.state === undefined ? undefined : new StateFile(flags.state)
    const { client, server, room } = await this.signedIn(flags)
    const starts = startsOf(args.rooms ?? [], flags.after, room)
    const chooses = match !== undefined || flags.count !== undefined || flags.once || flags.exec !== undefined
    const old = flags.lines ?? (this.format === 'terminal' && !chooses ? oldMessagesDefault : 0)

    const interruption = new Interruption()
    const late = new AbortController()
    const signal = AbortSignal.any([interruption.signal, late.signal])
    const timer = withinMs === undefined ? undefined : setTimeout(() => late.abort(), withinMs)
    let handled = 0
    let began = false
    try {
      const rooms = await startCursors(client, starts, state, signal).catch((error) => {
        const [typed = ''] = args.rooms ?? []
        throw withNumberHint(error, typed, `To start with ${typed} old messages: ${this.lineInRoom('watch', '-n', typed)}`)
      })
      const self = flags['exclude-self'] || flags.exec !== undefined ? (await client.users.me({ signal })).name : undefined
      handled = await watchRooms(client, {
        rooms,
        old,
        state,
        once: flags.once,
        count: flags.count ?? Infinity,
        signal,
        isWanted: messageFilter({ match, self, excludeBots: flags['exclude-bots'], onlyNew: flags.exec !== undefined }),
        handle:
          flags.exec === undefined
            ? await this.#printing(Object.keys(rooms), signal)
            : running(flags.exec, { server, name: self ?? '' }, { state, signal }),
        began: (room, cursor) => {
          began = true
          this.#tell([neutralise(`watching ${room} from ${cursor}`)])
        },
        notice: (sentence) => this.#tell(noticeLines(sentence, process.stderr.columns || Infinity))
      })
    } catch (error) {
      if (!signal.aborted) throw ofState(error, flags.state, this.lineInRoom('history', ...(args.rooms ?? []).slice(0, 1)))
    } finally {
      clearTimeout(timer)
      state?.flush()
      interruption.stop()
    }
    interruption.end()
    if (!signal.aborted) return
    const wanted = flags.count ?? (match ? 1 : 0)
    const span = durationWords(withinMs ?? 0)
    if (!began) throw tooLate(`${server} did not answer in ${span}.`)
    if (handled === 0 && wanted > 0) throw tooLate(`No message arrived in ${span}.`)
    if (handled < wanted) throw tooLate(`Only ${handled} of ${wanted} messages arrived in ${span}.`)
  }

  async #printing(rooms: string[], signal: AbortSignal): Promise<(event: LogEvent) => Promise<boolean>> {
    const linesOf = await eventLines(this.format, rooms)
    return (event) => writeLines(linesOf(event), signal)
  }

  #tell(lines: string[]): void {
    if (this.format !== 'json') process.stderr.write(lines.map((line) => `${line}\n`).join(''))
  }
}

const tooLate = (message: string) => new CommandError(message, { exit: 'noAnswer', code: 'too-late' })

/** A place that is of no use any more is in a file that only whoever named it can give up. */
function ofState(error: unknown, file: string | undefined, history: string): unknown {
  if (file === undefined || !(error instanceof ProblemError && error.code === 'cursor-expired')) return error
  const what = error.message.replace(/ Read the history, then .*$/, '')
  return new CommandError(
    `${what} To start over, delete ${file}. [${error.status} ${error.code}]\nTo see what is there now: ${history}`,
    {
      exit: 'notThere',
      code: error.code,
      cause: error
    }
  )
}
