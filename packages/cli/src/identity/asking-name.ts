import { neutralise } from '@tertulia/protocol/neutralise'
import { terminalLine } from '../input/terminal-line.ts'
import { NotUtf8, utf8Text } from '../input/utf8.ts'
import { loginName } from './login-name.ts'

/**
 * Ask somebody at a terminal for their name.
 * @param known  the name that an empty answer takes; undefined: their login name, where it can be one
 * @returns undefined: they have ended the input instead
 */
export async function nameByAsking(known: string | undefined): Promise<string | undefined> {
  const byDefault = known ?? loginName()
  for (;;) {
    process.stderr.write(byDefault === undefined ? 'Your name: ' : `Your name [${neutralise(byDefault)}]: `)
    const line = await terminalLine(process.stdin)
    if (line === undefined) {
      process.stderr.write('\n')
      return undefined
    }
    try {
      const name = utf8Text(line).trim() || byDefault
      if (name !== undefined) return name
    } catch (error) {
      if (!(error instanceof NotUtf8)) throw error
      process.stderr.write('That is not UTF-8; set the encoding of your terminal to UTF-8.\n')
    }
  }
}
