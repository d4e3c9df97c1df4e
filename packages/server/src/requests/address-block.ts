import ipaddr from 'ipaddr.js'

/** The addresses that count as one client: an IPv4 address, or the /64 of an IPv6 address, which is what a household or machine gets. */
export function addressBlock(address: string): string {
  if (!ipaddr.isValid(address)) return address
  const parsed = ipaddr.process(address)
  if (parsed instanceof ipaddr.IPv4) return parsed.toString()
  return parsed.parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(':')
}
