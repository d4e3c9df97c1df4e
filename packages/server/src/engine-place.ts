/**
 * What a store or a bus is, and where, as in “PostgreSQL at db.example.org:5432”: for people, without what is secret in its URL.
 * @param url  as in --store or --bus
 */
export function enginePlace(url: string): string {
  if (!/^postgres(ql)?:/.test(url)) return `NATS at ${url.split(',').map(hostOf).join(', ')}`
  const { hostname, port, searchParams } = new URL(url)
  const host = searchParams.get('host') || decodeURIComponent(hostname) || 'localhost'
  return host.startsWith('/') ? `PostgreSQL at ${host}` : `PostgreSQL at ${host}:${port || searchParams.get('port') || 5432}`
}

const hostOf = (url: string): string => {
  const { hostname, port } = new URL(url)
  return `${hostname}:${port || 4222}`
}
