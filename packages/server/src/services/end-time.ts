import { invalidMember } from './invalid-member.ts'

/** RFC 3339, section 5.6. */
const rfc3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/

/**
 * When something is to end, as the member `expiresAt` of a body says it, in ms since 1970.
 * @throws ChatError invalid-body
 */
export function endTime(expiresAt: string, nowMs: number): number {
  const ms = rfc3339.test(expiresAt) ? Date.parse(expiresAt) : Number.NaN
  if (Number.isNaN(ms)) throw invalidMember('expiresAt', 'must be a time such as 2027-01-01T00:00:00Z')
  if (ms <= nowMs) throw invalidMember('expiresAt', 'must be in the future')
  return ms
}
