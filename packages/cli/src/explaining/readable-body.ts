/** What is nobody's business who looks over a shoulder. */
const secrets = new Set(['password', 'token', 'code', 'invite'])

/** A JSON body without its secrets. */
export function readableBody(body: string): string {
  return JSON.stringify(JSON.parse(body), (member, value) => (secrets.has(member) ? '****' : value))
}
