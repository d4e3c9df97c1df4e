import { createReadStream } from 'node:fs'
import { type Socket, SocketAddress } from 'node:net'

/** One connection, as seen from here. */
export type ConnectionEnds = Pick<Socket, 'localPort' | 'remoteAddress' | 'remotePort'>

export const nameOf = ({ localPort, remoteAddress, remotePort }: ConnectionEnds): string =>
  `${localPort} ${remoteAddress} ${remotePort}`

/**
 * The connections on which the kernel repeats in vain what it was given to send: Linux tells, other systems tell nothing.
 * Node knows of no such thing. Keepalive finds a peer that vanished while all was silent; where anything was under way, a
 * heartbeat is enough, the kernel alone decides, and takes a quarter of an hour.
 */
export async function lostPeers(): Promise<Set<string>> {
  const tables = ['tcp', 'tcp6'].map((table) => createReadStream(`/proc/self/net/${table}`, 'latin1'))
  return new Set((await Promise.all(tables.map(lostAmong))).flat())
}

/** The names of those in a table of the kernel that comes in pieces, between which others have a turn: it may have many lines. */
export async function lostAmong(table: AsyncIterable<string>): Promise<string[]> {
  const found: string[] = []
  let rest = ''
  try {
    for await (const piece of table) {
      const text = rest + piece
      const end = text.lastIndexOf('\n') + 1
      found.push(...lostIn(text.slice(0, end)))
      rest = text.slice(end)
    }
  } catch {} // not Linux, or not for us to see
  return found
}

/**
 * Established connections (state 01) that have repeated at least five times, 6 s or more after what is missing was first sent:
 * local address and port, remote ones, state, queues, timer, repetitions, all in hexadecimal (proc_net_tcp.rst of Linux).
 */
const lost =
  /^ *\d+: [0-9A-F]+:([0-9A-F]{4}) ([0-9A-F]+):([0-9A-F]{4}) 01 [0-9A-F]+:[0-9A-F]+ [0-9A-F]+:[0-9A-F]+ (?!0000000[0-4] )/gm

/** The same of whole lines. */
export const lostIn = (table: string): string[] =>
  [...table.matchAll(lost)].map(([, localPort = '', address = '', remotePort = '']) =>
    nameOf({
      localPort: Number.parseInt(localPort, 16),
      remoteAddress: toAddress(address),
      remotePort: Number.parseInt(remotePort, 16)
    })
  )

/** An address is written in words of four bytes, the bytes of each in the order of the machine. */
function toAddress(hex: string): string {
  const bytes = Buffer.from(hex, 'hex')
  if (isLittleEndian) bytes.swap32()
  if (bytes.length === 4) return bytes.join('.')
  const groups = bytes.toString('hex').match(/.{4}/g) as string[]
  return new SocketAddress({ address: groups.join(':'), family: 'ipv6' }).address
}

const isLittleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1
