import { string } from '@oclif/core/args'
import type { ReadMarker } from '@tertulia/protocol'
import { ChatCommand } from '../chat-command.ts'
import { interruptible } from '../failing/interruption.ts'
import { withNumberHint } from '../failing/number-hint.ts'
import { unknownOutcome } from '../failing/unknown-outcome.ts'
import { messageId } from '../input/message-id.ts'
import { unreadWords } from '../printing/unread-words.ts'
import { chat } from '../program.ts'

export default class Read extends ChatCommand {
  static override summary = 'Mark a room as read, up to a message or to its end'
  static override description =
    'Nobody else is told. It prints the number up to which you have read, which never goes back. Sending a message marks the room as read too.'
  static override examples = [
    { description: 'Everything in your usual room', command: `${chat} read` },
    { description: 'In ops, up to message 42', command: `${chat} read ops 42` },
    { description: 'Everything in every room', command: `${chat} rooms --mine | cut -f 1 | xargs -n 1 ${chat} read` }
  ]
  static override exits = {
    0: 'marked',
    3: 'you are not a member of the room',
    4: 'there is no such room'
  }
  static override args = {
    room: string({ description: 'the room, instead of --room', ignoreStdin: true }),
    id: string({ description: 'number of the last message that you have read; default: all', ignoreStdin: true })
  }

  async run(): Promise<ReadMarker> {
    const { args, flags } = await this.parse(Read)
    const upTo = args.id === undefined ? undefined : messageId(args.id, 'read general 42')
    const { client, room } = await this.signedIn({ ...flags, room: args.room ?? flags.room }, { ask: false })
    const marker = await interruptible((signal) => client.readMarkers.put(room, upTo, { signal }))
      .catch(unknownOutcome(`${room} may or may not be marked as read`, () => 'Run the command again; it does no harm.'))
      .catch((error) => {
        if (args.id !== undefined) throw error
        const usual = this.access(flags).room
        throw withNumberHint(error, room, `To mark up to message ${room}: ${this.line('read', usual, room)}`)
      })
    await this.did(`Read ${marker.room} up to ${marker.readUpTo}: ${unreadWords(marker.unread)} unread.`)
    await this.print(String(marker.readUpTo))
    return marker
  }
}
