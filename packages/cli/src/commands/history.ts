import { string as name } from '@oclif/core/args'
import { string } from '@oclif/core/flags'
import type { MessagePage } from '@tertulia/protocol'
import { historyLimitDefault } from '@tertulia/protocol/limits'
import { ChatCommand } from '../chat-command.ts'
import { withNumberHint } from '../failing/number-hint.ts'
import { messageId } from '../input/message-id.ts'
import { wholeNumber } from '../input/whole-number.ts'
import { eventLines, listed } from '../printing/event-lines.ts'
import { writeLines } from '../printing/standard-output.ts'
import { chat } from '../program.ts'
import { readHistory } from '../watching/read-history.ts'

export default class History extends ChatCommand {
  static override summary = 'Print messages of a room, the newest ones by default'
  static override description =
    'The output looks like that of chat watch: a conversation on a terminal, columns separated by tabs in a pipe. There, a message that was edited or deleted since is message.edited or message.deleted, at the time when it was sent.'
  static override examples = [
    { description: 'The newest messages of your usual room', command: `${chat} history` },
    { description: 'Older ones, of another room', command: `${chat} history ops -n 200 --before 1234` },
    { description: 'Message 42, five before it and five after it', command: `${chat} history --around 42 -n 11` }
  ]
  static override exits = {
    0: 'printed, even if there are none',
    3: 'you may not read the room',
    4: 'there is no such room or message'
  }
  static override args = { room: name({ description: 'the room, instead of --room', ignoreStdin: true }) }
  static override flags = {
    lines: wholeNumber({ char: 'n', summary: 'Print at most N messages', min: 1, default: historyLimitDefault, helpValue: 'N' }),
    before: string({ summary: 'Messages before this one', helpValue: 'ID', exclusive: ['after', 'around'] }),
    after: string({ summary: 'Messages after this one; 0 is the beginning', helpValue: 'ID', exclusive: ['around'] }),
    around: string({ summary: 'This message, and those before and after it', helpValue: 'ID' })
  }

  async run(): Promise<MessagePage> {
    const { args, flags } = await this.parse(History)
    const place = {
      before: idOf(flags.before, '--before'),
      after: flags.after === '0' ? 0 : idOf(flags.after, '--after'),
      around: idOf(flags.around, '--around')
    }
    const { client, room } = await this.signedIn({ ...flags, room: args.room ?? flags.room }, { ask: false })
    const page = await readHistory(client, room, { limit: flags.lines, ...place }).catch((error) => {
      throw withNumberHint(
        error,
        room,
        `For the newest ${room} messages: ${this.lineInRoom('history', '-n', room)}. For message ${room}: ${this.lineInRoom('history', '--around', room, '-n', '1')}`
      )
    })
    if (this.format !== 'json') {
      const linesOf = await eventLines(this.format, [room])
      await writeLines(page.messages.flatMap((message) => linesOf(listed(message))))
      if (page.messages.length === 0) await this.say(`${room} has no such messages.`)
    }
    return page
  }
}

const idOf = (typed: string | undefined, flag: string): number | undefined =>
  typed === undefined ? undefined : messageId(typed, `history ${flag} 42`)
