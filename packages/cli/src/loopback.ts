/** Whether no other computer reaches a server at this address. */
export function isLoopback(server: string | URL): boolean {
  const { hostname } = new URL(server)
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.[\d.]+$/.test(hostname)
}
