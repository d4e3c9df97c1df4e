import type { ProblemCode, problems } from '@tertulia/protocol'
import type { Example } from '../page.ts'
import type { Rfc } from '../rfc.ts'

/** The statuses that are no problem, and that this server sends. */
type Fine = 100 | 200 | 201 | 204 | 304 | 308

/** Every status that this server sends. */
export type Status = (typeof problems)[ProblemCode]['status'] | Fine

/** What a status teaches. */
export interface StatusLesson {
  name: string
  means: string
  /** When this server sends it. */
  here: string
  /** How it differs from those that it is taken for. */
  neighbours: { readonly [S in Status]?: string }
  example?: Example
  rfc: Rfc
}
