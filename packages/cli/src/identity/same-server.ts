/** As people call their own computer. Other addresses of 127.0.0.0/8 may each have a service of their own. */
const loopbacks = ['127.0.0.1', 'localhost', '[::1]']

/**
 * The addresses that lead to the same server as this one, beside itself, which is the first: a server on this computer has three.
 * The scheme, the port and the path are those of the address, so that a token never goes to another service.
 */
export function spellingsOf(server: string): string[] {
  if (!URL.canParse(server)) return [server]
  const { protocol, hostname, port, pathname } = new URL(server)
  if (!loopbacks.includes(hostname)) return [server]
  const rest = `${port === '' ? '' : `:${port}`}${pathname.replace(/\/+$/, '')}`
  return [...new Set([server, ...loopbacks.map((host) => `${protocol}//${host}${rest}`)])]
}

export const isSameServer = (one: string, other: string): boolean => spellingsOf(one).includes(other)
