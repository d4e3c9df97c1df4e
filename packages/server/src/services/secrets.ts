import { hash, randomBytes } from 'node:crypto'

/** 256 random bits; the prefix lets whoever searches for leaked secrets recognise one. */
export const newToken = (): string => `tt_${randomBytes(32).toString('base64url')}`

/** Digits and capitals without those that are read as others (Crockford's Base32). */
const codeLetters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const codeLength = 26

/** 130 random bits, to be read from one screen and typed on another. */
export const newCode = (): string => Array.from(randomBytes(codeLength), (byte) => codeLetters[byte % 32]).join('')

/** A code as it was shown, however somebody typed it. */
export const asShown = (code: string): string =>
  code
    .toUpperCase()
    .replace(/[\s\p{Pd}]/gu, '')
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1')

/** All that is kept of a token or a code: a copy of the database signs nobody in. */
export const digestOf = (secret: string): Uint8Array => hash('sha256', secret, 'buffer')

/** The same digest as text, by which it is remembered: it is made in less than half the time. */
export const digestText = (secret: string): string => hash('sha256', secret, 'base64url')

export const toDigestText = (digest: Uint8Array): string =>
  Buffer.from(digest.buffer, digest.byteOffset, digest.length).toString('base64url')
