import { string } from '@oclif/core/args'
import type { Deleted } from '@tertulia/protocol'
import { ChatCommand } from '../chat-command.ts'
import { interruptible } from '../failing/interruption.ts'
import { unknownOutcome } from '../failing/unknown-outcome.ts'
import { messageId } from '../input/message-id.ts'
import { chat } from '../program.ts'

export default class Delete extends ChatCommand {
  static override summary = 'Delete one of your messages for everyone'
  static override examples = [
    { description: 'Delete message 42 of your usual room', command: `${chat} delete 42` },
    { description: 'Of another room', command: `${chat} delete 42 --room ops` }
  ]
  static override exits = {
    0: 'deleted',
    3: 'somebody else wrote it, and you are not a moderator',
    4: 'there is no such message, or it was deleted already',
    8: 'it may or may not have been deleted'
  }
  static override args = { id: string({ description: 'number of the message', required: true, ignoreStdin: true }) }

  async run(): Promise<Deleted> {
    const { args, flags } = await this.parse(Delete)
    const id = messageId(args.id, 'delete 42')
    const { client, room } = await this.signedIn(flags)
    await interruptible((signal) => client.messages.delete(room, id, { signal })).catch(
      unknownOutcome(`${id} may or may not have been deleted`, (current) =>
        current === undefined
          ? `Check with: ${this.lineInRoom('history', '--around', String(id), '-n', '1')}`
          : `It is still there, but has been edited. To delete it anyway: ${this.lineInRoom('delete', String(id))}`
      )
    )
    await this.did(`Deleted ${id} in ${room}.`)
    return { room, id }
  }
}
