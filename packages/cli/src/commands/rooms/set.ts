import { string as name } from '@oclif/core/args'
import { boolean, string } from '@oclif/core/flags'
import type { Room, RoomChanges } from '@tertulia/protocol'
import { retainDaysMax } from '@tertulia/protocol/limits'
import { CommandWithoutRoom } from '../../command-without-room.ts'
import { CommandError } from '../../failing/command-error.ts'
import { interruptible } from '../../failing/interruption.ts'
import { unknownOutcome } from '../../failing/unknown-outcome.ts'
import { wholeNumber } from '../../input/whole-number.ts'
import { settingsWords } from '../../printing/settings-words.ts'
import { chat } from '../../program.ts'

export default class RoomsSet extends CommandWithoutRoom {
  static override summary = 'Change the settings of a room'
  static override description =
    'Settings that you do not name stay as they are. Once a room is private, only its members see it. With --retain-days, the server erases older messages for everybody and for good, for the first time within about an hour. Owners of the room can change it.'
  static override examples = [
    { description: 'Say what the room is about', command: `${chat} rooms set ops --title "Operations"` },
    { description: 'Hide it from whoever is not a member', command: `${chat} rooms set plans --private` },
    { description: 'Keep it to be read only', command: `${chat} rooms set old --archive` },
    { description: 'Erase what is older than 30 days, for good', command: `${chat} rooms set ops --retain-days 30` }
  ]
  static override exits = {
    0: 'changed',
    3: 'you do not own the room',
    4: 'there is no such room',
    8: 'it may or may not have been changed'
  }
  static override args = { room: name({ description: 'name of the room', required: true, ignoreStdin: true }) }
  static override flags = {
    title: string({ summary: 'What the room is about', helpValue: 'TEXT' }),
    public: boolean({ summary: 'Every user can read and join it' }),
    private: boolean({ summary: 'Only members can see it', exclusive: ['public'] }),
    archive: boolean({ summary: 'Nobody can write in it any more' }),
    unarchive: boolean({ summary: 'Members can write in it again', exclusive: ['archive'] }),
    'retain-days': wholeNumber({ summary: 'Keep messages for so many days only', helpValue: 'DAYS', min: 1, max: retainDaysMax }),
    'retain-forever': boolean({ summary: 'Keep messages for ever, as at first', exclusive: ['retain-days'] })
  }

  async run(): Promise<Room> {
    const { args, flags } = await this.parse(RoomsSet)
    const changes: RoomChanges = {}
    if (flags.title !== undefined) changes.title = flags.title
    if (flags.public || flags.private) changes.visibility = flags.private ? 'private' : 'public'
    if (flags.archive || flags.unarchive) changes.archived = !flags.unarchive
    if (flags['retain-days'] !== undefined) changes.retainDays = flags['retain-days']
    if (flags['retain-forever']) changes.retainDays = null
    if (Object.keys(changes).length === 0) {
      throw CommandError.usage(`What do you want to change? For example: ${chat} rooms set ops --title "Operations"`)
    }
    const { client } = await this.signedIn(flags, { ask: false })
    const room = await interruptible((signal) => client.rooms.change(args.room, changes, { signal })).catch(
      unknownOutcome(`${args.room} may or may not have been changed`, (current) =>
        current === undefined
          ? `Check with: ${this.line('rooms')}`
          : `It is now: ${settingsWords(current as Room)}. If that is not what you want, run the command again.`
      )
    )
    await this.did(`${room.name} is now: ${settingsWords(room)}`)
    return room
  }
}
