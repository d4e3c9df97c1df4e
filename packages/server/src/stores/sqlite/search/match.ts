import type { Term } from '../../words.ts'

/** In which rooms, by whom; without rooms in all. */
export interface Places {
  logs?: readonly number[] | undefined
  author?: number | undefined
}

/** The terms as FTS5 reads them. Words have letters and digits alone, so that nothing in them means anything to it. */
export function matchOf(terms: readonly Term[], { logs, author }: Places): string {
  const wanted = terms.map(({ words, isBeginning }) => `"${words.join(' ')}"${isBeginning ? ' *' : ''}`)
  const parts = [`body : (${wanted.join(' AND ')})`]
  if (logs !== undefined) parts.push(`place : (${logs.map((log) => `"r${log}"`).join(' OR ')})`)
  if (author !== undefined) parts.push(`place : "a${author}"`)
  return parts.join(' AND ')
}
