import { string } from '@oclif/core/args'
import type { Message } from '@tertulia/protocol'
import { ChatCommand } from '../chat-command.ts'
import { messageId } from '../message-id.ts'

export default class Edit extends ChatCommand {
  static override summary = 'Put another text in the place of one of your messages'
  static override examples = ['<%= config.bin %> <%= command.id %> 42 "good evening"']
  static override args = {
    id: string({ description: 'number of the message', required: true, ignoreStdin: true }),
    text: string({ description: 'the new text', required: true, ignoreStdin: true })
  }

  async run(): Promise<Message> {
    const { args, flags } = await this.parse(Edit)
    const id = messageId(args.id, 'chat edit 42 "new text"')
    const { client, room } = await this.signedIn(flags)
    const message = await client.messages.edit(room, id, { text: args.text })
    await this.say(`Edited ${id} in ${message.room}.`)
    return message
  }
}
