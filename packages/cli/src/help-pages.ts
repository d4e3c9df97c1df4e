import { commands } from './commands.ts'

/** Every command, loaded: what oclif needs for a page of help, on which a command shows those that begin with the same word. */
export const COMMANDS = Object.fromEntries(
  await Promise.all(Object.entries(commands).map(async ([id, load]) => [id, (await load()).default] as const))
)
