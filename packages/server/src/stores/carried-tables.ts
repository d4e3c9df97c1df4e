/**
 * What a chat consists of, wherever it is kept: a row of these columns for each thing, in an order in which each finds what it refers to.
 * Numbers stay numbers, bytes are in hex, what is yes or no is 1 or 0. A message brings its text along, and the words by which it is searched.
 */
export const carriedTables = {
  meta: { key: ['one'], columns: ['one', 'epoch', 'secret', 'clockAt', 'keepsUntil'] },
  log: { key: ['id'], columns: ['id', 'kind', 'head', 'firstSeq'] },
  user: {
    key: ['id'],
    columns: ['id', 'name', 'nameKey', 'kind', 'createdAt', 'owner', 'leftAt', 'admin', 'disabledAt', 'log']
  },
  token: {
    key: ['id'],
    columns: ['id', 'digest', 'user', 'kind', 'name', 'nameKey', 'scope', 'rooms', 'expiresAt', 'createdAt']
  },
  password: { key: ['user'], columns: ['user', 'salt', 'hash', 'cost', 'blockSize', 'parallelization'] },
  link: { key: ['digest'], columns: ['digest', 'user', 'expiresAt', 'usedAt'] },
  room: {
    key: ['log'],
    columns: ['log', 'name', 'nameKey', 'title', 'visibility', 'archived', 'retainDays', 'rev', 'createdAt']
  },
  invite: {
    key: ['id'],
    columns: ['id', 'digest', 'maker', 'log', 'role', 'admin', 'uses', 'used', 'expiresAt', 'createdAt']
  },
  member: { key: ['log', 'user'], columns: ['log', 'user', 'role', 'userKey', 'roomKey', 'readUpTo'] },
  event: { key: ['log', 'seq'], columns: ['log', 'seq', 'type', 'actor', 'at', 'target', 'detail'] },
  message: {
    key: ['log', 'id'],
    columns: ['log', 'id', 'author', 'textN', 'rev', 'createdAt', 'editedAt', 'deletedAt', 'body', 'words']
  },
  sent: { key: ['log', 'user', 'key'], columns: ['log', 'user', 'key', 'fingerprint', 'message', 'at'] }
} as const satisfies Record<string, { key: readonly string[]; columns: readonly string[] }>

export type CarriedTable = keyof typeof carriedTables
export const carriedNames = Object.keys(carriedTables) as CarriedTable[]

export type CarriedValue = number | string | null

/** Some rows of one table, column by column. */
export interface Lot {
  table: CarriedTable
  rows: number
  columns: CarriedValue[][]
}

/** The highest number that each kind of thing has ever had: the next one gets the next. 0: there was none. */
export interface LastNumbers {
  log: number
  user: number
  token: number
  invite: number
  text: number
}

/** What all rows of a table come to: two tables with the same sum have the same rows in the same order. */
export interface TableSum {
  rows: number
  /** SHA-256 over the rows as `carriedLine` has them, in hex. */
  digest: string
}

export type TableSums = Record<CarriedTable, TableSum>

/**
 * A row as it is compared: a number as it is, a text with its length in bytes before it, of words only how many there are. A store that
 * can write this itself need not be read column by column.
 */
export function carriedLine(table: CarriedTable, row: readonly CarriedValue[], bytesOf: (text: string) => number): string {
  const fields = row.map((value, n) => {
    if (value === null) return '-'
    if (typeof value === 'number') return String(value)
    if (isWords(table, n)) return String(value === '' ? 0 : value.split(' ').length)
    return `${bytesOf(value)}:${value}`
  })
  return `${fields.join(',')}\n`
}

const isWords = (table: CarriedTable, column: number): boolean =>
  table === 'message' && carriedTables.message.columns[column] === 'words'
