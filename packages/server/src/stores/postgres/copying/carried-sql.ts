import type { Client, QueryConfig } from 'pg'
import { type CarriedTable, carriedTables, type Lot } from '../../carried-tables.ts'
import { schema } from '../connection.ts'

export const tableName = (table: CarriedTable): string => (table === 'user' ? 'users' : table)

export const columnName = (column: string): string =>
  column === 'user' ? 'user_id' : column.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/** How a column of a type is carried. */
interface Carriage {
  /** Type of what comes. */
  as: string
  /** What is put into the column, of what comes. */
  put: (value: string) => string
  /** What is in the column, as `carriedLine` has it. */
  line: (column: string) => string
}

const number = (type: string): Carriage => ({ as: type, put: (value) => value, line: (column) => `${column}::text` })
/** With its length before it. */
const textOf = (text: string): string => `octet_length(${text}) || ':' || ${text}`

const carriages: Record<string, Carriage> = {
  bigint: number('bigint'),
  integer: number('integer'),
  boolean: { as: 'integer', put: (value) => `${value}::boolean`, line: (column) => `${column}::integer::text` },
  text: { as: 'text', put: (value) => value, line: textOf },
  bytea: { as: 'text', put: (value) => `decode(${value}, 'hex')`, line: (column) => textOf(`encode(${column}, 'hex')`) },
  'bigint[]': {
    as: 'text',
    put: (value) => `translate(${value}, '[]', '{}')::bigint[]`,
    line: (column) => textOf(`translate(${column}::text, '{}', '[]')`)
  },
  tsvector: {
    as: 'text',
    put: (value) => `array_to_tsvector(string_to_array(${value}, ' '))`,
    line: (column) => `length(${column})::text`
  }
}

const types = `SELECT c.relname || '.' || a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
 WHERE c.relnamespace = '${schema}'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped`

/** What type each column has, by `table.column`. */
export async function readColumnTypes(client: Client): Promise<Map<string, string>> {
  const { rows } = await client.query<{ name: string; type: string }>(types)
  return new Map(rows.map(({ name, type }) => [name, type]))
}

/** How the rows of a chat are written and read, by the types that the columns have. */
export class CarriedSql {
  readonly #types: ReadonlyMap<string, string>

  constructor(types: ReadonlyMap<string, string>) {
    this.#types = types
  }

  insertOf({ table, columns }: Lot): QueryConfig {
    const all = this.#columnsOf(table)
    const arrays = all.map(({ as }, n) => `$${n + 1}::${as}[]`)
    const names = all.map((_, n) => `c${n}`)
    return {
      name: `copy ${table}`,
      text: `INSERT INTO ${tableName(table)} (${all.map(({ name }) => name).join(', ')})
        SELECT ${all.map(({ put }, n) => put(`c${n}`)).join(', ')} FROM unnest(${arrays.join(', ')}) AS x(${names.join(', ')})`,
      values: columns
    }
  }

  /** Each row as `carriedLine` has it, in the order of the keys. */
  linesOf(table: CarriedTable): string {
    const fields = this.#columnsOf(table).map(({ name, line }) => `coalesce(${line(name)}, '-')`)
    const key = carriedTables[table].key.map(columnName)
    return `SELECT ${fields.join(" || ',' || ")} || E'\\n' AS line FROM ${tableName(table)} ORDER BY ${key.join(', ')}`
  }

  #columnsOf(table: CarriedTable): (Carriage & { name: string })[] {
    return carriedTables[table].columns.map((column) => {
      const name = columnName(column)
      const carriage = carriages[this.#types.get(`${tableName(table)}.${name}`) ?? '']
      if (!carriage) throw new Error(`There is no way to carry ${table}.${column}`)
      return { name, ...carriage }
    })
  }
}
