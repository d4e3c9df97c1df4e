import { string as name } from '@oclif/core/args'
import { string } from '@oclif/core/flags'
import { ConnectionError } from '@tertulia/client'
import type { ExportLine } from '@tertulia/protocol'
import { ChatCommand } from '../chat-command.ts'
import { Progress } from '../exporting/progress.ts'
import { WholeFile } from '../exporting/whole-file.ts'
import { CommandError } from '../failing/command-error.ts'
import { interruptible } from '../failing/interruption.ts'
import { jsonLine } from '../printing/json-line.ts'
import { writeLines } from '../printing/standard-output.ts'
import { chat } from '../program.ts'

/** So many lines are written at once. */
const lotLines = 200

export default class Export extends ChatCommand {
  static override summary = 'Export a whole room as JSON, one object per line'
  static override description =
    'It prints the room, its members and its messages from the first one on (deleted ones without their text), then again whatever changed meanwhile: the last line about the same thing counts. The very last line marks the end. Without it the export was cut, and the exit code is 7. A file is written whole or not at all.'
  static override examples = [
    { description: 'Keep a room in a file', command: `${chat} export ops --output ops.ndjson` },
    {
      description: 'The texts of your usual room, and who wrote them',
      command: `${chat} export | jq -r 'select(.text) | .author.name + ": " + .text'`
    }
  ]
  static override exits = {
    0: 'everything was written',
    1: 'the file cannot be written',
    4: 'there is no such room',
    7: 'no connection, or it was cut: what was printed is not all'
  }
  static override args = { room: name({ description: 'the room, instead of --room', ignoreStdin: true }) }
  static override flags = {
    output: string({ char: 'o', summary: 'Write to this file, which only you can read; - is standard output', helpValue: 'FILE' })
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Export)
    const { client, room } = await this.signedIn({ ...flags, room: args.room ?? flags.room }, { ask: false })
    const output = flags.output === '-' ? undefined : flags.output
    const messages = await interruptible((signal) => this.#write(client.export(room, { signal }), output, signal))
    if (output !== undefined) await this.did(`Exported ${room} to ${output}: ${counted(messages)}.`)
  }

  /** @returns how many messages there are */
  async #write(lines: AsyncIterable<ExportLine>, output: string | undefined, signal: AbortSignal): Promise<number> {
    const file = output === undefined ? undefined : new WholeFile(output)
    const write = async (lot: string[]) => {
      if (file) file.write(lot.map((line) => `${line}\n`).join(''))
      else if (!(await writeLines(lot, signal))) signal.throwIfAborted()
    }
    const progress = new Progress((count) => `${counted(count)} …`, file !== undefined && !this.jsonEnabled())
    let lot: string[] = []
    let messages = 0
    try {
      for await (const line of lines) {
        if (line.type === 'message') progress.at(++messages)
        if (line.type === 'end') messages = line.messages
        lot.push(jsonLine(line))
        if (lot.length < lotLines) continue
        await write(lot)
        lot = []
      }
      await write(lot)
      file?.finish()
      return messages
    } catch (error) {
      file?.discard()
      throw ofCut(error, messages, output)
    } finally {
      progress.end()
    }
  }
}

const counted = (messages: number): string => `${messages} ${messages === 1 ? 'message' : 'messages'}`

/** A cut that comes after a part was given is told as such. */
function ofCut(error: unknown, messages: number, output: string | undefined): unknown {
  const isCut = error instanceof ConnectionError && (error.reason === 'reset' || error.reason === 'malformed')
  if (!isCut || messages === 0) return error
  const what = output === undefined ? 'what was printed is not the whole room' : `${output} was not written`
  const text = `The export was cut after ${counted(messages)}: ${what}. Try again.`
  return new CommandError(text, { exit: 'noConnection', code: 'export-cut', cause: error })
}
