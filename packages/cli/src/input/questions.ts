import { neutralise } from '@tertulia/protocol/neutralise'
import { CommandError } from '../failing/command-error.ts'
import { secretLine } from './secret-line.ts'
import { terminalLine } from './terminal-line.ts'
import { NotUtf8, utf8Text } from './utf8.ts'

/** Ask somebody at a terminal; a name in the question may be that of somebody else. @returns undefined: they gave no answer, and never will */
export async function answerTo(question: string): Promise<string | undefined> {
  process.stderr.write(neutralise(question))
  return text(await terminalLine(process.stdin))
}

/** Ask for what nobody else may see: what is typed is not shown. */
export async function secretAnswerTo(question: string): Promise<string | undefined> {
  const line = await secretLine(process.stdin, () => process.stderr.write(neutralise(question)))
  process.stderr.write('\n')
  return text(line)
}

function text(line: Buffer | undefined): string | undefined {
  if (line === undefined) return undefined
  try {
    return utf8Text(line)
  } catch (error) {
    if (!(error instanceof NotUtf8)) throw error
    throw CommandError.usage('That is not UTF-8. Set the encoding of your terminal to UTF-8.')
  }
}
