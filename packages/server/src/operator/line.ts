import type { Socket } from 'node:net'

/** A line that travels has this much at most; a page of users is the longest. */
const lineCharsMax = 256 * 1024

/** The first line that comes, as JSON; undefined: the other side has ended, or sends no such thing. */
export const readLine = (socket: Socket): Promise<unknown> =>
  new Promise((resolve) => {
    let text = ''
    socket.setEncoding('utf8')
    socket.on('data', (part: string) => {
      text += part
      const end = text.indexOf('\n')
      if (end >= 0) resolve(parsed(text.slice(0, end)))
      else if (text.length > lineCharsMax) resolve(undefined)
      if (end >= 0 || text.length > lineCharsMax) socket.removeAllListeners('data').resume() // nothing more is kept
    })
    socket.once('close', () => resolve(undefined))
  })

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

export const toLine = (value: object): string => `${JSON.stringify(value)}\n`
