import Delete from './commands/delete.ts'
import Edit from './commands/edit.ts'
import History from './commands/history.ts'
import Join from './commands/join.ts'
import Leave from './commands/leave.ts'
import RoomsAdd from './commands/rooms/add.ts'
import RoomsCreate from './commands/rooms/create.ts'
import RoomsRemove from './commands/rooms/remove.ts'
import RoomsSet from './commands/rooms/set.ts'
import Rooms from './commands/rooms.ts'
import Send from './commands/send.ts'
import Watch from './commands/watch.ts'
import Who from './commands/who.ts'
import Whoami from './commands/whoami.ts'

/** Every command, by the words that call it, joined by colons. */
export const COMMANDS = {
  ...{ join: Join, send: Send, edit: Edit, delete: Delete, watch: Watch },
  ...{ history: History, who: Who, leave: Leave, whoami: Whoami },
  ...{ rooms: Rooms, 'rooms:create': RoomsCreate, 'rooms:set': RoomsSet, 'rooms:add': RoomsAdd, 'rooms:remove': RoomsRemove }
}
