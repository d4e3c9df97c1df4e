/** Whether no other computer reaches a server at this address. */
export function isLoopback(server: string | URL): boolean {
  const { hostname } = new URL(server)
  return own.has(hostname) || /^127\.[\d.]+$/.test(hostname)
}

/** The last two stand for every address of a server; whoever goes to one of them reaches their own computer. */
const own = new Set(['localhost', '[::1]', '0.0.0.0', '[::]'])
