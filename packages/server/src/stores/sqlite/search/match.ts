import type { Term } from '../../words.ts'

/** In which rooms, by whom; without rooms in all. */
export interface Places {
  logs?: readonly number[] | undefined
  author?: number | undefined
}

/** The terms as FTS5 reads them. Words have letters and digits alone, so that nothing in them means anything to it. */
export function matchOf(terms: readonly Term[], { logs, author }: Places): string {
  const wanted = terms.map(({ words, isBeginning }) => `"${words.join(' ')}"${isBeginning ? ' *' : ''}`)
  const places = [
    ...(logs === undefined ? [] : [`(${logs.map((log) => `"r${log}"`).join(' OR ')})`]),
    ...(author === undefined ? [] : [`"a${author}"`])
  ]
  return [`body : (${wanted.join(' AND ')})`, ...places.map((place) => `place : ${place}`)].join(' AND ')
}
