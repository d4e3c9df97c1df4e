import { ChatCommand } from './chat-command.ts'

/** A command that is about no room, or has it as an argument: its help page does not offer --room, which would change nothing. */
export abstract class CommandWithoutRoom extends ChatCommand {
  static override baseFlags: typeof ChatCommand.baseFlags = {
    ...ChatCommand.baseFlags,
    room: { ...ChatCommand.baseFlags.room, hidden: true }
  }
}
