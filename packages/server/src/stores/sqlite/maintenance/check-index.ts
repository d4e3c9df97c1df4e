import { existsSync } from 'node:fs'
import { counted } from '../../counted.ts'
import { openReading } from '../connection.ts'
import { indexFile } from '../search/index-file.ts'
import { Sql } from '../sql.ts'
import type { Findings } from './findings.ts'

/** A running server puts into the index what is in the database within a second; so much may be on its way. */
const onItsWayMax = 1_000

/**
 * Compare the index of the texts with the texts. Whatever is wrong with it, the next start makes it again; a server that runs has
 * to be told.
 */
export function checkIndex(db: string, sql: Sql, isServed: boolean, findings: Findings): string {
  const file = indexFile(db)
  if (!existsSync(file)) return 'there is none; a server makes it'
  const wrong = isServed ? findings.fault : findings.remark
  let index: Sql | undefined
  try {
    index = new Sql(openReading(file))
    for (const { db: one } of [index, sql]) one.exec('BEGIN')
    return compare(index, sql, isServed, wrong)
  } catch (error) {
    const remedy = isServed ? 'Stop the server, delete the file and start it again.' : 'The next start makes it again.'
    wrong(`${file} cannot be read: ${(error as Error).message}. ${remedy}`)
    return 'it could not be read'
  } finally {
    index?.db.close()
  }
}

function compare(index: Sql, sql: Sql, isServed: boolean, wrong: (words: string) => void): string {
  const state = index.get<{ epoch: string; begins: number; ends: number }>('SELECT epoch, begins, ends FROM state')
  const { epoch } = sql.get<{ epoch: string | null }>('SELECT epoch FROM meta') ?? { epoch: null }
  if (!state || state.epoch !== epoch) return 'it is of another life of the database; a server makes it again'
  const { begins, ends } = state
  const texts = sql.each<[number]>('SELECT n FROM text WHERE body IS NOT NULL AND n BETWEEN ? AND ? ORDER BY n', begins, ends)
  const indexed = index.each<[number]>('SELECT id FROM words_docsize WHERE id BETWEEN ? AND ? ORDER BY id', begins, ends)
  const { missing, left, both } = difference(texts, indexed)
  const slack = isServed ? onItsWayMax : 0
  if (missing > slack) wrong(`${counted(missing, 'text')} missing in the search index. The next start makes it again.`)
  if (left > slack) wrong(`${counted(left, 'erased text')} still in the search index. The next start takes them out.`)
  return `${counted(both, 'text')}, each with its words${begins > 1 ? '; older ones are not in it yet' : ''}`
}

/** Of two rows of numbers that ascend. */
function difference(first: Iterator<[number]>, second: Iterator<[number]>) {
  const count = { missing: 0, left: 0, both: 0 }
  let [a, b] = [first.next().value?.[0], second.next().value?.[0]]
  while (a !== undefined || b !== undefined) {
    const [x, y] = [a ?? Infinity, b ?? Infinity]
    if (x === y) count.both++
    else if (x < y) count.missing++
    else count.left++
    if (x <= y) a = first.next().value?.[0]
    if (y <= x) b = second.next().value?.[0]
  }
  return count
}
