import { stripVTControlCharacters } from 'node:util'
import { textCharsMax } from '@tertulia/protocol/limits'
import { CommandError } from './command-error.ts'

export interface InputOptions {
  /** Of an over-long text keep its end, from the beginning of a line if there is one. */
  tail?: boolean
  /** Cut an over-long text into several, between lines if there are any. */
  split?: boolean
  /** Keep the colours of a terminal. */
  raw?: boolean
}

/** Text for `--tail` is thrown away while it arrives, so that no log is too long for it. Enough for any character's size. */
const keptUnits = textCharsMax * 4

/** Read standard input to its end, as the texts to send: one, unless it is to be split. */
export async function textsOfInput(input: NodeJS.ReadStream, options: InputOptions): Promise<string[]> {
  input.setEncoding('utf8')
  let all = ''
  for await (const chunk of input) {
    all += chunk
    if (options.tail && all.length > keptUnits * 2) all = all.slice(-keptUnits)
  }
  const plain = options.raw ? all : stripVTControlCharacters(all)
  const text = plain.replace(/\r\n/g, '\n').replace(/\n+$/, '')
  if (text.trim() === '') throw CommandError.usage('Standard input was empty; nothing was sent.')
  return fit(text, options)
}

/** The texts that a message can hold, each. */
export function fit(text: string, { tail, split }: InputOptions): string[] {
  const characters = [...text]
  if (characters.length <= textCharsMax) return [text]
  if (tail) return [end(characters)]
  if (split) return pieces(characters)
  throw CommandError.usage(
    `The text has ${characters.length} characters; a message has at most ${textCharsMax}. --tail keeps its end, --split sends several.`
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
  return texts
}
