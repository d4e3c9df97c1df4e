import { type Ground, prepare } from './ground.ts'
import { smuggledMark } from './request.ts'
import type { Row } from './row.ts'
import { rows } from './rows/all.ts'
import { isExact, isTried, type Setting, tryRow } from './try-row.ts'

const atOnce = 8

/** What became of a row. */
export interface Outcome {
  row: Row
  /** It was compared whole; else only that it is refused, since somebody in between answers. */
  exact: boolean
  fault: string | undefined
}

/**
 * Try every row that means something there against the chat at this address.
 * @param tell  hears of each row, in the order of the table
 * @throws Error when no users, rooms and messages can be made there
 */
export async function tryContract(address: string, setting: Setting, tell: (outcome: Outcome) => void): Promise<Outcome[]> {
  const at = await prepare(address)
  const outcomes = new Map<Row, Outcome>()
  const tried = rows.filter((row) => isTried(row, setting, at))
  // Those that wait longest begin first.
  const waiting = tried.toSorted((a, b) => (b.withinMs ?? 0) - (a.withinMs ?? 0))
  let told = 0
  const work = async () => {
    for (let row = waiting.shift(); row; row = waiting.shift()) {
      outcomes.set(row, { row, exact: isExact(row, setting), fault: await tryRow(row, at, setting) })
      for (let next = tried[told]; next && outcomes.has(next); next = tried[++told]) tell(outcomes.get(next) as Outcome)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  const last = { row: nothingSmuggled, exact: true, fault: await foundSmuggled(at) }
  tell(last)
  return [...tried.map((row) => outcomes.get(row) as Outcome), last]
}

const nothingSmuggled: Row = {
  name: 'everything together',
  rfc: 'RFC 9112, 11.2',
  why: 'no request that was hidden in another one may have been carried out',
  send: () => [],
  answers: [],
  connection: 'closed'
}

async function foundSmuggled({ origin, path, room, ana }: Ground): Promise<string | undefined> {
  const url = `${origin}${path(`/v1/rooms/${room}/messages`)}?limit=200`
  const reply = await fetch(url, { headers: { authorization: `Bearer ${ana}` } })
  const { messages } = (await reply.json()) as { messages: { text: string | null }[] }
  const found = messages.flatMap(({ text }) => (text?.startsWith(smuggledMark) ? text : []))
  return found.length === 0 ? undefined : found.join('; ')
}
