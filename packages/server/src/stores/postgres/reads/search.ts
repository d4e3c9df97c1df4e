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

/** Among so many of the newest texts, one after the other, is looked first: what is common is found there. */
const nearTexts = 20_000

/**
 * How rare words are PostgreSQL can only guess, and where it guesses wrong it reads all texts for one of them, or all that have them to
 * give the newest. So it is not left to guess: `near` reads texts in their order and asks of each, `far` asks the index of words.
 */
const hits = (has: string, order: string, range: string) => `
  SELECT ${messageColumns}, m.text_n, r.name AS room, r.visibility, k.role, reader.admin
    FROM message m ${messageJoins} JOIN room r ON r.log = m.log LEFT JOIN users reader ON reader.id = $1
    LEFT JOIN member k ON k.log = m.log AND k.user_id = reader.id
   WHERE ${has} AND ${range} AND ($4::bigint IS NULL OR m.author = $4)
     AND CASE WHEN $5::bigint[] IS NULL THEN r.visibility = 'public' OR k.role <> 'banned' ELSE m.log = ANY ($5) END
   ORDER BY ${order} DESC LIMIT ${lotMax}`
const near = hits('(m.words @@ $2::tsquery) IS TRUE', 'm.text_n', 'm.text_n < $3 AND m.text_n >= $6')
const far = hits('m.words @@ $2::tsquery', 'm.text_n + 0', 'm.text_n + 0 < $3')
const newest = 'SELECT coalesce(max(text_n), 0) AS n FROM message'

/** The newest texts first. Their words are found in an index; what has to stand together is looked for in the texts. */
export async function search(reader: Reader, request: SearchRequest): Promise<SearchResult> {
  const { terms, author = null, logs = null, limit } = request
  const messages: Message[] = []
  if (terms.length === 0 || logs?.length === 0) return { messages, complete: true, next: undefined }
  const query = queryOf(terms)
  const fits = fitsTest(terms)
  let before = request.before ?? ((await reader.first<{ n: number }>(newest))?.n ?? 0) + 1
  let last: number | undefined
  let bytes = pageBytes
  for (let isNear = true; ; ) {
    const from = before - nearTexts
    const found = isNear
      ? await reader.all<Hit>(near, request.reader, query, before, author, logs, from)
      : await reader.all<Hit>(far, request.reader, query, before, author, logs)
    for (const hit of found) {
      before = hit.text_n
      const { visibility, role, admin, body } = hit
      if (body === null || !readableBy({ visibility, role, admin: admin ? 1 : 0 }) || !fits(body)) continue
      bytes -= Buffer.byteLength(body)
      if (messages.length === limit || (bytes < 0 && messages.length > 0)) return { messages, next: last, complete: true }
      messages.push(toMessage(hit.room, hit))
      last = hit.text_n
    }
    if (found.length === lotMax) continue
    if (!isNear || from <= 1) return { messages, next: undefined, complete: true }
    isNear = false
    before = from
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
