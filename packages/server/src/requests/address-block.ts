import { isIPv4 } from 'node:net'
import ipaddr from 'ipaddr.js'

/**
 * The addresses that count as one client: an IPv4 address, or the /64 of an IPv6 address, which is what a household or machine gets.
 * @param address  undefined: of a socket that has none, as one in the file system, or not any more
 */
export function addressBlock(address: string | undefined): string {
  if (address === undefined) return ''
  // As most are, on a socket that speaks IPv6 as well. To parse them takes up to 90 microseconds, of each request.
  const plain = address.startsWith(mapped) ? address.slice(mapped.length) : address
  if (isIPv4(plain)) return plain
  if (!ipaddr.isValid(address)) return address
  const parsed = ipaddr.process(address)
  if (parsed instanceof ipaddr.IPv4) return parsed.toString()
  return parsed.parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(':')
}

const mapped = '::ffff:'

/** Whether a block is this machine: all that comes through a proxy here seems to come from it, unless the proxy is trusted. */
export const isThisMachine = (block: string): boolean => block === '' || block === ofLoopback || block.startsWith('127.')

/** Of `::1`; nothing else in it is anybody's address. */
const ofLoopback = '0:0:0:0'
