/** `Idempotency-Key`, as it is usually written; to HTTP the case is the same. */
export function fieldName(name: string): string {
  if (name === 'etag') return 'ETag'
  return name.replace(/(^|-)([a-z])/g, (_, dash, letter) => dash + letter.toUpperCase())
}
