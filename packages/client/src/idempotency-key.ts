const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

/** A key that nobody else makes (130 random bits): a request repeated with it has its effect once. */
export function newIdempotencyKey(): string {
  // Not crypto.randomUUID: browsers lack it on a plain http:// page.
  return Array.from(crypto.getRandomValues(new Uint8Array(26)), (byte) => alphabet[byte & 31]).join('')
}
