/**
 * Where a page of a list begins: the key after which it does, in letters that a URL takes as they are. Nothing is kept for it,
 * so it is good for ever, also when what had that key is gone.
 */
export const pageCursor = (key: string): string => Buffer.from(key).toString('base64url')

/** A key is a name's: of some letters, none of which is a control character. */
const keyBytesMax = 256
const control = /\p{Cc}/u
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }) // which here means to keep it

/** The key; undefined: no server has made this. */
export function keyOfCursor(text: string): string | undefined {
  const bytes = Buffer.from(text, 'base64url')
  if (bytes.length === 0 || bytes.length > keyBytesMax || bytes.toString('base64url') !== text) return undefined
  try {
    const key = decoder.decode(bytes)
    return control.test(key) ? undefined : key
  } catch {
    return undefined
  }
}
