import { string } from '@oclif/core/args'
import { ChatCommand } from '../chat-command.ts'
import { interruptible } from '../failing/interruption.ts'
import { unknownOutcome } from '../failing/unknown-outcome.ts'
import { messageId } from '../input/message-id.ts'
import { chat } from '../program.ts'

export default class Delete extends ChatCommand {
  static override summary = 'Delete one of your messages for everyone'
  static override examples = ['<%= config.bin %> <%= command.id %> 42']
  static override args = { id: string({ description: 'number of the message', required: true, ignoreStdin: true }) }

  async run(): Promise<{ room: string; id: number }> {
    const { args, flags } = await this.parse(Delete)
    const id = messageId(args.id, 'delete 42')
    const { client, room } = await this.signedIn(flags)
    await interruptible((signal) => client.messages.delete(room, id, { signal })).catch(
      unknownOutcome(`${id} may or may not have been deleted`, (current) => whetherAgain(current, id))
    )
    await this.did(`Deleted ${id} in ${room}.`)
    return { room, id }
  }
}

const whetherAgain = (current: unknown, id: number): string =>
  current === undefined
    ? `Check with: ${chat} history --around ${id} -n 1`
    : `It is still there, but has been edited. To delete it anyway: ${chat} delete ${id}`
