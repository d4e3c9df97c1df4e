import { string } from '@oclif/core/args'
import { boolean } from '@oclif/core/flags'
import type { Left } from '@tertulia/protocol'
import { ChatCommand } from '../chat-command.ts'
import { roomDefault } from '../defaults.ts'
import { CommandError } from '../failing/command-error.ts'
import { interruptible } from '../failing/interruption.ts'
import { unknownOutcome } from '../failing/unknown-outcome.ts'
import type { Wishes } from '../identity/access.ts'
import { isSameServer } from '../identity/same-server.ts'
import { writeTalk } from '../printing/write-talk.ts'
import { chat } from '../program.ts'

export default class Leave extends ChatCommand {
  static override summary = 'Leave a room, or with --for-ever the server'
  static override description =
    `You no longer see a private room. You can still read a public one, and your next message there joins it again.

--for-ever ends your account and all your bots: you leave every room, and your devices and tokens are signed out. Your messages stay, under your name, which nobody else can take. There is no way back.`
  static override examples = [
    { description: 'Leave a room', command: `${chat} leave ops` },
    { description: 'End your account on the server', command: `${chat} leave --for-ever` }
  ]
  static override exits = {
    0: 'left',
    4: 'there is no such room',
    5: 'you are its only owner: make somebody else one first',
    8: 'you may or may not have left'
  }
  static override args = { room: string({ description: 'the room, instead of --room', ignoreStdin: true }) }
  static override flags = {
    'for-ever': boolean({ summary: 'End your account on this server' }),
    yes: boolean({ summary: 'With --for-ever: do not ask first', dependsOn: ['for-ever'] })
  }

  async run(): Promise<Left> {
    const { args, flags } = await this.parse(Leave)
    if (flags['for-ever']) {
      if (args.room !== undefined)
        throw CommandError.usage(`--for-ever leaves the server, not a room: ${this.line('leave', '--for-ever')}`)
      return this.#leaveForEver(flags)
    }
    const { client, server, room: wished } = await this.signedIn({ ...flags, room: args.room ?? flags.room }, { ask: false })
    const room = (await client.rooms.get(wished)).name
    await interruptible((signal) => client.members.delete(room, 'me', { signal })).catch(
      unknownOutcome(`you may or may not have left ${room}`, () => `See which rooms you are in: ${this.line('rooms', '--mine')}`)
    )
    await this.did(`Left ${room}.`)
    await this.#forget(server, room)
    return { room }
  }

  async #leaveForEver(flags: Wishes & { yes: boolean }): Promise<{ server: string; name: string }> {
    const { client, server } = await this.signedIn(flags, { ask: false })
    const { name } = await client.users.me()
    const what = `This ends the account ${name} at ${server}, and all its bots, for ever.`
    if (!flags.yes) await this.confirm(what, name, ['leave', '--yes'])
    await interruptible((signal) => client.users.leaveForEver({ signal })).catch(
      unknownOutcome('your account may or may not have ended', () => `Check with: ${this.line('whoami')}`)
    )
    this.done = `${name} has left ${server} for ever.`
    const { who } = this.access(flags)
    if ('name' in who && who.name !== undefined) this.profile.forget({ server, name: who.name })
    await this.say(this.done)
    return { server, name }
  }

  /** It is no default any more: a send without a room would join it again. */
  async #forget(server: string, room: string): Promise<void> {
    if (process.env.CHAT_TOKEN) return
    const last = this.profile.lastJoin()
    if (!last || !isSameServer(last.server, server) || last.room !== room || room === roomDefault) return
    const reason = this.profile.rememberJoin({ ...last, room: roomDefault })
    if (reason !== undefined) {
      const advice = `To send without joining it again, use --room ${roomDefault}.`
      await writeTalk(`chat: ${room} could not be replaced as your default room (${reason}). ${advice}`)
      return
    }
    await this.say(`Your messages now go to ${roomDefault}.`)
  }
}
