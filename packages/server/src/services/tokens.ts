import { createHash, randomBytes } from 'node:crypto'

/** 256 random bits; the prefix lets whoever searches for leaked secrets recognise one. */
export const newToken = (): string => `tt_${randomBytes(32).toString('base64url')}`

/** All that is kept of a token: a copy of the database signs nobody in. */
export const digestOf = (token: string): Uint8Array => createHash('sha256').update(token).digest()
