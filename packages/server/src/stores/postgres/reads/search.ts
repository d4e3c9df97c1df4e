import type { Message, Role, Visibility } from '@tertulia/protocol'
import { readableBy } from '../../rights.ts'
import type { SearchRequest, SearchResult } from '../../searching.ts'
import { folded, literalsTest, type Term, wordsIn } from '../../words.ts'
import type { Reader } from '../reader.ts'
import { type MessageRow, messageColumns, messageJoins, toMessage } from './messages.ts'

/** So many texts that have the words are looked at in one go, and may yet not have them next to each other. */
const lotMax = 100
/** Text on a page, as on one of the history; one message at least. */
const pageBytes = 256 * 1024

interface Hit extends MessageRow {
  text_n: number
  room: string
  visibility: Visibility
  role: Role | null
  admin: boolean | null
}

const hits = `
  SELECT ${messageColumns}, m.text_n, r.name AS room, r.visibility, k.role, reader.admin
    FROM message m ${messageJoins} JOIN room r ON r.log = m.log LEFT JOIN users reader ON reader.id = $1
    LEFT JOIN member k ON k.log = m.log AND k.user_id = reader.id
   WHERE m.words @@ $2::tsquery AND m.text_n < $3 AND ($4::bigint IS NULL OR m.author = $4)
     AND CASE WHEN $5::bigint[] IS NULL THEN r.visibility = 'public' OR k.role <> 'banned' ELSE m.log = ANY ($5) END
   ORDER BY m.text_n DESC LIMIT ${lotMax}`

/** The newest texts first. Their words are found in an index; what has to stand together is looked for in the texts. */
export async function search(reader: Reader, request: SearchRequest): Promise<SearchResult> {
  const { terms, author = null, logs = null, limit } = request
  const messages: Message[] = []
  if (terms.length === 0 || logs?.length === 0) return { messages, complete: true, next: undefined }
  const query = queryOf(terms)
  const fits = fitsTest(terms)
  let before = request.before ?? Number.MAX_SAFE_INTEGER
  let last: number | undefined
  let bytes = pageBytes
  for (;;) {
    const found = await reader.all<Hit>(hits, request.reader, query, before, author, logs)
    for (const hit of found) {
      before = hit.text_n
      const { visibility, role, admin, body } = hit
      if (body === null || !readableBy({ visibility, role, admin: admin ? 1 : 0 }) || !fits(body)) continue
      bytes -= Buffer.byteLength(body)
      if (messages.length === limit || (bytes < 0 && messages.length > 0)) return { messages, next: last, complete: true }
      messages.push(toMessage(hit.room, hit))
      last = hit.text_n
    }
    if (found.length < lotMax) return { messages, next: undefined, complete: true }
  }
}

/** All words of all terms; the last one of a term may go on. */
const queryOf = (terms: readonly Term[]): string =>
  terms
    .flatMap(({ words, isBeginning }) =>
      words.map((word, n) => `'${word.replaceAll("'", "''")}'${isBeginning && n === words.length - 1 ? ':*' : ''}`)
    )
    .join(' & ')

/** Whether a text that has the words has them next to each other too, and letter by letter where it must. */
function fitsTest(terms: readonly Term[]): (text: string) => boolean {
  const phrases = terms.filter(({ words }) => words.length > 1)
  const hasLiterals = literalsTest(terms)
  return (text) => (phrases.length === 0 || hasPhrases(wordsIn(folded(text)), phrases)) && (hasLiterals?.(text) ?? true)
}

const hasPhrases = (present: readonly string[], phrases: readonly Term[]): boolean =>
  phrases.every((phrase) => present.some((_, at) => standsAt(present, at, phrase)))

const standsAt = (present: readonly string[], at: number, { words, isBeginning }: Term): boolean =>
  words.every((word, n) => {
    const there = present[at + n]
    return isBeginning && n === words.length - 1 ? there?.startsWith(word) : there === word
  })
