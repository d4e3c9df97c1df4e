import ipaddr from 'ipaddr.js'

/** Who is counted as one: an IPv4 address, or the /64 of an IPv6 address, which is what one household or machine is given. */
export function addressBlock(address: string): string {
  if (!ipaddr.isValid(address)) return address
  const parsed = ipaddr.process(address)
  if (parsed instanceof ipaddr.IPv4) return parsed.toString()
  return parsed.parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(':')
}
