import { textCharsMax } from '@tertulia/protocol/limits'
import { CommandError } from '../failing/command-error.ts'
import { chat } from '../program.ts'
import { ColourStripper } from './colour-stripper.ts'
import { NotUtf8, Utf8Reader } from './utf8.ts'

export interface InputOptions {
  /** Of an over-long text keep its end, from the beginning of a line if there is one. */
  tail?: boolean
  /** Cut an over-long text into several, between lines if there are any. */
  split?: boolean
  /** Keep the colours of a terminal. */
  raw?: boolean
}

/** What a text is read for, in the sentences that refuse it. */
export interface InputUse {
  /** What has not happened, such as `nothing was sent`. */
  nothing: string
  /** The line that reads it again. */
  line: string
  /** The command can cut a text that is too long. */
  cuts?: boolean
}

const sending: InputUse = { nothing: 'nothing was sent', line: `${chat} send -`, cuts: true }

/** What a text may be cut into, so that a pipe that never ends does. */
const piecesMax = 100
/** Of a text that is not to be thrown away, colours included. */
const bytesMax = 8 * 2 ** 20
/** Text for `--tail` is thrown away while it arrives, so that no log is too long for it. Enough for any character's size. */
const keptUnits = textCharsMax * 4

/**
 * Read standard input to its end, as the texts to send: one, unless it is to be split. What cannot be sent is not read any further, and
 * memory does not grow with it.
 * @throws CommandError usage
 */
export async function textsOfInput(
  input: AsyncIterable<Uint8Array>,
  options: InputOptions,
  use: InputUse = sending
): Promise<string[]> {
  const reader = new Utf8Reader()
  const stripper = new ColourStripper(options)
  let text = ''
  let length = 0
  try {
    for await (const bytes of input) {
      length += bytes.length
      text += stripper.add(reader.read(bytes))
      if (options.tail) text = lastOf(text)
      else if (isTooLong(text, options) || length > bytesMax)
        throw CommandError.usage(text.trim() === '' ? empty(use) : tooLong(options, use))
    }
    reader.end()
  } catch (error) {
    throw error instanceof NotUtf8 ? notUtf8(error, use) : error
  }
  text = withoutEnd(text + stripper.end())
  if (text.trim() === '') throw CommandError.usage(empty(use))
  if (isTooLong(text, options) && !options.tail) throw CommandError.usage(tooLong(options, use))
  return fit(text, options)
}

const empty = ({ nothing }: InputUse): string => `Standard input was empty; ${nothing}.`

function tooLong({ split }: InputOptions, use: InputUse): string {
  if (split) return `The text is too long for ${piecesMax} messages of ${textCharsMax} characters. Use --tail to send its end.`
  const what = `The text has more than ${textCharsMax} characters, the most that a message can have`
  return use.cuts ? `${what}. Use --tail to send its end, or --split to send several messages.` : `${what}; ${use.nothing}.`
}

/** Whether nothing that could still come would make it short enough. Newlines at the end do not count, unless there is no end of them. */
function isTooLong(text: string, { split }: InputOptions): boolean {
  const charsMax = textCharsMax * (split ? piecesMax : 1)
  if (text.length <= charsMax) return false
  if (text.length > charsMax * 4) return true
  let chars = 0
  for (const _ of withoutEnd(text)) if (++chars > charsMax) return true
  return false
}

/** As much of a text that goes on as its end may need: of newlines only so many, for they may turn out to be no part of it. */
function lastOf(text: string): string {
  if (text.length <= keptUnits * 2) return text
  const body = withoutEnd(text)
  return (body + '\n'.repeat(Math.min(text.length - body.length, textCharsMax))).slice(-keptUnits)
}

function withoutEnd(text: string): string {
  let length = text.length
  while (text[length - 1] === '\n') length--
  return text.slice(0, length)
}

function notUtf8({ message, byte, position }: NotUtf8, { nothing, line }: InputUse): CommandError {
  const isUtf16 = position === 1 && (byte === 0xff || byte === 0xfe)
  return CommandError.usage(
    `Standard input is not UTF-8 (${message}); ${nothing}. Convert it, for example: iconv -f ${isUtf16 ? 'UTF-16' : 'ISO-8859-1'} -t UTF-8 FILE | ${line}`
  )
}

/** The texts that a message can hold, each. */
export function fit(text: string, { tail, split }: InputOptions): string[] {
  const characters = [...text]
  if (characters.length <= textCharsMax) return [text]
  if (tail) return [end(characters)]
  if (split) return pieces(characters)
  throw CommandError.usage(
    `The text has ${characters.length} characters; a message can have at most ${textCharsMax}. Use --tail to send its end, or --split to send several messages.`
  )
}

function end(characters: string[]): string {
  const kept = characters.slice(-textCharsMax)
  const whole = characters.at(-textCharsMax - 1) === '\n' ? 0 : kept.indexOf('\n') + 1
  return kept.slice(whole < kept.length ? whole : 0).join('')
}

function pieces(characters: string[]): string[] {
  const texts: string[] = []
  for (let from = 0; from < characters.length; ) {
    const most = characters.slice(from, from + textCharsMax)
    const cut = from + most.length < characters.length && characters[from + most.length] !== '\n' ? most.lastIndexOf('\n') : -1
    const piece = cut > 0 ? most.slice(0, cut) : most
    from += piece.length
    // The newline between two pieces is the cut.
    if (characters[from] === '\n') from++
    if (piece.join('').trim() !== '') texts.push(piece.join(''))
  }
  if (texts.length > piecesMax) throw CommandError.usage(tooLong({ split: true }, sending))
  return texts
}
