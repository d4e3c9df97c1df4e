import { randomBytes } from 'node:crypto'

/** Tells the requests of this process from those of another, in one log. */
const life = randomBytes(4).toString('hex')
let count = 0

export const newRequestId = (): string => `${life}-${(++count).toString(36)}`
