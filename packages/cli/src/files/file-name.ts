import { createHash } from 'node:crypto'

/** What file systems take, in bytes. */
const bytesMax = 255
const keptChars = 180

/** A file name for any text, the same one each time: percent-encoded, and cut where that is too long, with a hash in the place of the rest. */
export function fileName(text: string, ending = ''): string {
  const whole = encodeURIComponent(text)
  if (whole.length + ending.length <= bytesMax) return whole + ending
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 32)
  return `${whole.slice(0, keptChars)}~${hash}${ending}`
}
