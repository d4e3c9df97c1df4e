import { once } from 'node:events'
import { connect } from 'node:net'
import { readLine, toLine } from './line.ts'
import type { Answer, Order } from './order.ts'
import { byShortPath, socketFile } from './socket-place.ts'

/** How long a server may take, whose disk may be slow. */
const answerMs = 30_000

/** What the system says of a place where nobody listens: there is nothing, or a server was killed. */
const nobody: readonly (string | undefined)[] = ['ENOENT', 'ECONNREFUSED', 'ENOTSOCK']

/** The order has reached the server, and its answer has not come. */
export class AnswerLost extends Error {}

/**
 * Ask the server that has this database, named by its real path.
 * @returns undefined: none runs
 * @throws AnswerLost, when nobody knows what it has done
 */
export const askServer = (db: string, order: Order): Promise<Answer | undefined> =>
  byShortPath(socketFile(db), async (path) => {
    const socket = connect(path)
    try {
      await once(socket, 'connect')
    } catch (error) {
      if (nobody.includes((error as NodeJS.ErrnoException).code)) return undefined
      throw error
    }
    try {
      socket.on('error', () => {}) // it closes then
      socket.setTimeout(answerMs, () => socket.destroy())
      socket.write(toLine(order))
      const answer = (await readLine(socket)) as Answer | undefined
      if (answer === undefined) throw new AnswerLost('The server ended before it answered: it may or may not be done.')
      return answer
    } finally {
      socket.destroy()
    }
  })
