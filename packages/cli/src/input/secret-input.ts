import { CommandError } from '../failing/command-error.ts'
import { NotUtf8, utf8Text } from './utf8.ts'

/** More than any password, or two of them. */
const bytesMax = 16_384

/**
 * Read standard input to its end, as the lines of a secret: the newline at its end, which `echo` and editors add, is not part of it.
 * @throws CommandError usage
 */
export async function secretLines(input: AsyncIterable<Uint8Array>): Promise<string[]> {
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of input) {
    pieces.push(piece)
    length += piece.length
    if (length > bytesMax) throw CommandError.usage('Standard input is too long for a password.')
  }
  try {
    const lines = utf8Text(Buffer.concat(pieces)).split(/\r?\n/)
    if (lines.at(-1) === '') lines.pop()
    if (lines.length > 0) return lines
  } catch (error) {
    if (error instanceof NotUtf8) throw CommandError.usage(`Standard input is not UTF-8 (${error.message}).`)
    throw error
  }
  throw CommandError.usage('Standard input was empty.')
}

/** The one line that there is. */
export async function secretOfInput(input: AsyncIterable<Uint8Array>): Promise<string> {
  const [secret = '', ...more] = await secretLines(input)
  if (more.length > 0) throw CommandError.usage('Standard input has more than one line.')
  return secret
}
