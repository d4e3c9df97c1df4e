import { Connection } from './connection.ts'
import type { Ground } from './ground.ts'
import { type Reply, readReply } from './reply.ts'
import type { Answer, Row } from './row.ts'
import { brokenRule } from './rules.ts'

/** What stands between the rows and the chat. */
export interface Setting {
  /** A reverse proxy: the connection is its own affair. */
  proxy: boolean
  /** An app that was not made with `chatServerOptions`. */
  bare: boolean
  /** Leave out what is waited for. */
  quick: boolean
}

const answerMs = 15_000
const closeMs = 5_000

export const isTried = (row: Row, setting: Setting, at: Ground): boolean =>
  !(row.proxy === 'mends' && setting.proxy) && !(row.root && at.path('') !== '') && !(setting.quick && isSlow(row, setting))

/** An answer that takes its time, or one that may never come, where only a refusal is asked for. */
const isSlow = (row: Row, setting: Setting): boolean => row.withinMs !== undefined || !isExact(row, setting)

/** Whether the answers have to be those of the row; else it only has to be refused, with nothing smuggled. */
export const isExact = ({ server, proxy }: Row, setting: Setting): boolean =>
  !((proxy && setting.proxy) || (server && setting.bare))

/**
 * Try a row on a connection of its own.
 * @returns what went wrong, in words; nothing when all is well
 */
export async function tryRow(row: Row, at: Ground, setting: Setting): Promise<string | undefined> {
  for (;;) {
    const connection = await Connection.open(at.hostname, at.port, at.origin.startsWith('https:'))
    try {
      const replies = await exchange(row, at, connection)
      const limited = replies.find(({ status }) => status === 429)
      if (!limited) return isExact(row, setting) ? await fault(row, at, setting, connection, replies) : notRefused(row, replies)
      await new Promise((resolve) => setTimeout(resolve, retryMs(limited)))
    } catch (error) {
      return (error as Error).message
    } finally {
      connection.close()
    }
  }
}

/** What a limit asks for, between a second and a minute whoever has said it; a date counts as a second. */
const retryMs = ({ headers }: Reply): number => Math.min(Math.max(1, Number(headers.get('retry-after')) || 1), 60) * 1_000

/** Send what the row says, and read answers until all it speaks of are there, or no more come. */
async function exchange(row: Row, at: Ground, connection: Connection): Promise<Reply[]> {
  const withinMs = row.withinMs ?? answerMs
  for (const part of [row.send({ ...at, trying: row.name })].flat()) {
    if (typeof part === 'string' || Buffer.isBuffer(part)) await connection.send(part)
    else if (!(await connection.until(() => part.until.test(connection.bytes.toString()), withinMs))) break
  }
  let replies: Reply[] = []
  const complete = () => {
    replies = read(connection, row.answers)
    return replies.length >= row.answers.length && replies.every((reply, i) => isThere(reply, row.answers[i], row))
  }
  await connection.until(complete, withinMs)
  complete()
  return replies
}

const isThere = (reply: Reply, answer: Answer | undefined, { connection }: Row): boolean =>
  connection === 'stream' ? (answer?.body?.test(reply.body.toString()) ?? true) : reply.whole || answer?.cut === true

function read({ bytes, ended }: Connection, answers: readonly Answer[]): Reply[] {
  const replies: Reply[] = []
  for (let start = 0; start < bytes.length; ) {
    const reply = readReply(bytes, start, answers[replies.length]?.head === true, ended)
    if (!reply) break
    replies.push(reply)
    start = reply.end
  }
  return replies
}

async function fault(
  row: Row,
  at: Ground,
  { proxy }: Setting,
  connection: Connection,
  replies: readonly Reply[]
): Promise<string | undefined> {
  for (const [i, answer] of row.answers.entries()) {
    const reply = replies[i]
    const which = row.answers.length > 1 ? `answer ${i + 1}: ` : ''
    if (!reply) return `${which}nothing came${seen(connection)}`
    const wrong = answerFault(answer, reply) ?? brokenRule(reply, proxy)
    if (wrong !== undefined) return `${which}${wrong}`
    if (row.connection !== 'stream' && reply.whole === (answer.cut === true))
      return `${which}the body ${reply.whole ? 'does not break off' : 'breaks off'}`
  }
  if (row.connection === 'stream') return undefined
  if (connection.broken && !row.answers.at(-1)?.cut) return 'the connection was reset'
  const staysOpen = row.connection === undefined
  if (staysOpen) {
    if (connection.ended) return 'the connection was closed'
    await connection.send(`GET ${at.path('/health/live')} HTTP/1.1\r\nHost: ${at.host}\r\nConnection: close\r\n\r\n`)
  }
  const allowed = row.answers.length + (staysOpen ? 1 : 0)
  const mayStay = proxy && row.connection === 'closed'
  const hasClosed = mayStay || (await connection.until(() => connection.ended, closeMs))
  const all = read(connection, [...row.answers])
  if (staysOpen && all.at(-1)?.status !== 200) return 'the connection does not serve the next request'
  if (all.length !== allowed) return `${all.length - allowed} more answers than requests${seen(connection)}`
  const length = all.at(-1)?.end ?? 0
  if (length < connection.bytes.length)
    return `bytes after the last answer: ${JSON.stringify(connection.bytes.subarray(length).toString())}`
  return hasClosed ? undefined : 'the connection was not closed'
}

/** What can be asked of whoever else answered: it says yes to no more than it should. */
function notRefused({ answers }: Row, replies: readonly Reply[]): string | undefined {
  const accepted = replies.filter(isAccepted)
  return accepted.length > answers.filter(isAccepted).length ? `status ${accepted.at(-1)?.status}, not refused` : undefined
}

const isAccepted = ({ status }: { status: number }): boolean => status >= 200 && status < 400

function answerFault({ status, code, headers = {}, body }: Answer, reply: Reply): string | undefined {
  if (reply.status !== status) return `status ${reply.status}, not ${status}: ${reply.body.subarray(0, 300)}`
  for (const [name, wanted] of Object.entries(headers)) {
    const value = reply.headers.get(name)
    const fits = wanted === null ? value === undefined : wanted instanceof RegExp ? wanted.test(value ?? '') : value === wanted
    if (!fits) return `${name}: ${value ?? '(none)'}, not ${wanted ?? '(none)'}`
  }
  if (code !== undefined) {
    const said = JSON.parse(reply.body.toString()).code
    if (said !== code) return `the problem is ${said}, not ${code}`
  }
  if (body && !body.test(reply.body.toString())) return `the body is not ${body}: ${reply.body.subarray(0, 300)}`
  return undefined
}

const seen = ({ bytes, ended }: Connection): string =>
  ` (${ended ? 'closed' : 'open'}, after ${JSON.stringify(bytes.subarray(-300).toString('latin1'))})`
