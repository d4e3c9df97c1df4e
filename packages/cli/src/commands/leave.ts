import { string } from '@oclif/core/args'
import { ChatCommand } from '../chat-command.ts'
import { roomDefault } from '../defaults.ts'
import { interruptible } from '../failing/interruption.ts'
import { unknownOutcome } from '../failing/unknown-outcome.ts'
import { fitted } from '../printing/fitted.ts'
import { chat } from '../program.ts'

export default class Leave extends ChatCommand {
  static override summary = 'Leave a room'
  static override description =
    'You no longer see a private room. You can still read a public one, and your next message there joins it again.'
  static override examples = ['<%= config.bin %> <%= command.id %> ops']
  static override args = { room: string({ description: 'the room, instead of --room', ignoreStdin: true }) }

  async run(): Promise<{ room: string }> {
    const { args, flags } = await this.parse(Leave)
    const { client, server, room: wished } = await this.signedIn({ ...flags, room: args.room ?? flags.room }, { ask: false })
    const room = (await client.rooms.get(wished)).name
    await interruptible((signal) => client.members.delete(room, 'me', { signal })).catch(
      unknownOutcome(`you may or may not have left ${room}`, () => `See which rooms you are in: ${chat} rooms --mine`)
    )
    await this.did(`Left ${room}.`)
    await this.#forget(server, room)
    return { room }
  }

  /** It is no default any more: a send without a room would join it again. */
  async #forget(server: string, room: string): Promise<void> {
    if (process.env.CHAT_TOKEN) return
    const last = this.profile.lastJoin()
    if (last?.server !== server || last.room !== room || room === roomDefault) return
    const reason = this.profile.rememberJoin({ ...last, room: roomDefault })
    if (reason !== undefined) {
      const advice = `To send without joining it again, use --room ${roomDefault}.`
      process.stderr.write(`${await fitted(`chat: ${room} could not be replaced as your default room (${reason}). ${advice}`)}\n`)
      return
    }
    await this.say(`Your messages now go to ${roomDefault}.`)
  }
}
