import { string as name } from '@oclif/core/args'
import { integer, string } from '@oclif/core/flags'
import { ChatCommand } from '../chat-command.ts'
import { watchRoom } from '../watching.ts'

/** What a terminal shows of the past before the present begins. */
const oldMessagesDefault = 10

export default class Watch extends ChatCommand {
  static override summary = 'Print what is said in a room, as it is said'
  static override description =
    'On a terminal it reads as a conversation; in a pipe as lines of columns separated by tabs: time, id, room, author, event type, text, ' +
    'with tab, newline and backslash in a text written \\t, \\n and \\\\; with --json as one event a line. A connection that is lost later ' +
    'is tried again for ever, and nothing is missed.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> ops -n 50',
    '<%= config.bin %> <%= command.id %> --after 0 --json'
  ]
  static override args = { room: name({ description: 'the room, instead of --room', ignoreStdin: true }) }
  static override flags = {
    lines: integer({
      char: 'n',
      summary: 'Old messages to begin with [10 on a terminal, else 0]',
      min: 0,
      max: 200,
      helpValue: 'N'
    }),
    after: string({ summary: 'Begin after this cursor; 0: with the first event', exclusive: ['lines'], helpValue: 'CURSOR' })
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Watch)
    const { client, room } = await this.signedIn({ ...flags, room: args.room ?? flags.room })
    const face = this.jsonEnabled() ? 'json' : process.stdout.isTTY ? 'terminal' : 'columns'
    await watchRoom(client, room, {
      face,
      old: flags.after !== undefined ? 0 : (flags.lines ?? (face === 'terminal' ? oldMessagesDefault : 0)),
      after: flags.after
    })
  }
}
