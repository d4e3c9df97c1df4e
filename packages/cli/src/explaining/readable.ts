/** `Idempotency-Key`, as it is usually written; to HTTP the case is the same. */
export function fieldName(name: string): string {
  if (name === 'etag') return 'ETag'
  return name.replace(/(^|-)([a-z])/g, (_, dash, letter) => dash + letter.toUpperCase())
}

/** What is nobody's business who looks over a shoulder. */
const secrets = new Set(['password', 'current', 'token', 'code', 'invite'])

/** A JSON body without its secrets. */
export function readableBody(body: string): string {
  return JSON.stringify(JSON.parse(body), (member, value) => (secrets.has(member) ? '****' : value))
}
