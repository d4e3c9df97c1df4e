import Delete from './commands/delete.ts'
import Edit from './commands/edit.ts'
import Join from './commands/join.ts'
import Send from './commands/send.ts'
import Watch from './commands/watch.ts'
import Whoami from './commands/whoami.ts'

/** Every command, by the word that calls it. */
export const COMMANDS = { join: Join, send: Send, edit: Edit, delete: Delete, watch: Watch, whoami: Whoami }
