import { closeSync, openSync, readSync } from 'node:fs'
import { type Socket, SocketAddress } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

/**
 * What Linux knows of our TCP connections, and Node does not ask; other systems tell nothing. Each line of the table is one: local
 * address and port, remote ones, state, queues, timer, repetitions, all in hexadecimal (proc_net_tcp.rst of Linux).
 */

/** One connection, as seen from here. */
export type ConnectionEnds = Pick<Socket, 'localPort' | 'remoteAddress' | 'remotePort'>

export const nameOf = ({ localPort, remoteAddress, remotePort }: ConnectionEnds): string =>
  `${localPort} ${remoteAddress} ${remotePort}`

/**
 * The connections on which the kernel repeats in vain what it was given to send. Keepalive finds a peer that vanished while all was
 * silent; where anything was under way, a heartbeat is enough, the kernel alone decides, and takes a quarter of an hour.
 */
export const lostPeers = async (): Promise<Set<string>> => new Set((await inTables(lost)).map(([, ...ends]) => name(ends)))

/** How many bytes of what was handed over to the kernel the other end has not taken yet, by connection; where there are none, nothing. */
export const sendQueues = async (): Promise<Map<string, number>> =>
  new Map((await inTables(sending)).map(([, port, address, remote, queue]) => [name([port, address, remote]), hex(queue)]))

/** Established (state 01), and repeated at least five times: 6 s or more after what is missing was first sent. */
export const lost =
  /^ *\d+: [0-9A-F]+:([0-9A-F]{4}) ([0-9A-F]+):([0-9A-F]{4}) 01 [0-9A-F]+:[0-9A-F]+ [0-9A-F]+:[0-9A-F]+ (?!0000000[0-4] )/gm

const sending = /^ *\d+: [0-9A-F]+:([0-9A-F]{4}) ([0-9A-F]+):([0-9A-F]{4}) 01 (?!00000000:)([0-9A-F]+):/gm

const inTables = async (line: RegExp): Promise<string[][]> => {
  const tables = ['tcp', 'tcp6'].map((table) => linesIn(pieces(`/proc/self/net/${table}`), line))
  return (await Promise.all(tables)).flat()
}

/** How long is read at once, and then not: with many connections it takes a while, which a round of deliveries should not feel. */
const turnMs = 1
const restMs = 10

/**
 * Of such a table the kernel writes some thirty lines at a time: to have each piece read by another thread, as Node does, takes several
 * times as long as to read it.
 */
async function* pieces(table: string): AsyncIterable<string> {
  const buffer = Buffer.allocUnsafe(16 * 1024)
  const file = openSync(table, 'r')
  try {
    for (let until = performance.now() + turnMs; ; ) {
      const length = readSync(file, buffer, { position: null })
      if (length === 0) return
      yield buffer.toString('latin1', 0, length)
      if (performance.now() < until) continue
      await pause(restMs, undefined, { ref: false })
      until = performance.now() + turnMs
    }
  } finally {
    closeSync(file)
  }
}

/** The lines that match in a table that comes in pieces: it may be long. */
export async function linesIn(table: AsyncIterable<string>, line: RegExp): Promise<string[][]> {
  const found: string[][] = []
  let rest = ''
  try {
    for await (const piece of table) {
      const text = rest + piece
      const end = text.lastIndexOf('\n') + 1
      found.push(...text.slice(0, end).matchAll(line))
      rest = text.slice(end)
    }
  } catch {} // not Linux, or not for us to see
  return found
}

export const name = ([localPort = '', address = '', remotePort = '']: (string | undefined)[]): string =>
  nameOf({ localPort: hex(localPort), remoteAddress: toAddress(address), remotePort: hex(remotePort) })

const hex = (digits = ''): number => Number.parseInt(digits, 16)

/** An address is written in words of four bytes, the bytes of each in the order of the machine. */
function toAddress(hex: string): string {
  const bytes = Buffer.from(hex, 'hex')
  if (isLittleEndian) bytes.swap32()
  if (bytes.length === 4) return bytes.join('.')
  const groups = bytes.toString('hex').match(/.{4}/g) as string[]
  return new SocketAddress({ address: groups.join(':'), family: 'ipv6' }).address
}

const isLittleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1
