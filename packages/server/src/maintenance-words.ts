import { UsageError } from './usage-error.ts'

/** What is to be done to a whole database. */
export type MaintenanceOrder =
  /** Into a file that is not there, or a folder. */
  | { do: 'backup'; db: string; to: string; json: boolean }
  | { do: 'restore'; db: string; backup: string; replace: boolean; json: boolean }
  | { do: 'check'; db: string; json: boolean }
  /** `to`: URL of a PostgreSQL database; `shown`: the same without a password. */
  | { do: 'copy'; db: string; to: string; shown: string; json: boolean }

export const maintenanceCommands = ['backup', 'restore', 'check', 'copy'] as const
/** Those that are told of their database by --db. */
type Command = Exclude<(typeof maintenanceCommands)[number], 'copy'>

export const isMaintenance = (command: string): command is Command | 'copy' => maintenanceCommands.some((one) => one === command)

const missing = {
  backup: 'The file to make is missing, for example: chat-server backup chat-backup.db',
  restore: 'The backup is missing, for example: chat-server restore chat-backup.db'
}

/** @param words  what follows the command @throws UsageError */
export function maintenanceOrder(
  command: Command,
  words: readonly string[],
  { replace = false, json = false }: { replace?: boolean; json?: boolean },
  db: string
): MaintenanceOrder {
  const [file, more] = command === 'check' ? [undefined, words[0]] : words
  if (more !== undefined) {
    const hint = command === 'check' ? '. A database is named with --db' : ''
    throw new UsageError(`Unexpected argument after ${command}: “${more}”${hint}`)
  }
  if (command === 'check') return { do: 'check', db, json }
  if (file === undefined || file.trim() === '') throw new UsageError(missing[command])
  return command === 'backup' ? { do: 'backup', db, to: file, json } : { do: 'restore', db, backup: file, replace, json }
}
