import { fstatSync } from 'node:fs'
import { string as words } from '@oclif/core/args'
import { string } from '@oclif/core/flags'
import { ProblemError } from '@tertulia/client'
import type { Message } from '@tertulia/protocol'
import { neutralise } from '@tertulia/protocol/neutralise'
import { ChatCommand } from '../chat-command.ts'
import { CommandError } from '../failing/command-error.ts'
import { interruptible } from '../failing/interruption.ts'
import { unknownOutcome } from '../failing/unknown-outcome.ts'
import { headerValue } from '../input/header-value.ts'
import { messageId } from '../input/message-id.ts'
import { textsOfInput } from '../input/standard-input.ts'
import { chat } from '../program.ts'

export default class Edit extends ChatCommand {
  static override summary = 'Replace the text of one of your messages'
  static override examples = [
    { description: 'Replace the text of message 42', command: `${chat} edit 42 "good evening"` },
    { description: 'By what a program prints', command: `date | ${chat} edit 42 -` },
    { description: 'Only if nobody has changed it since', command: `${chat} edit 42 "good evening" --if-match '"7f3a7f3a.57"'` }
  ]
  static override exits = {
    0: 'edited',
    3: 'somebody else wrote it',
    4: 'there is no such message, or it was deleted',
    5: 'it is another version than that of --if-match',
    8: 'it may or may not have been edited'
  }
  static override args = {
    id: words({ description: 'number of the message', required: true, ignoreStdin: true }),
    text: words({ description: 'the new text, or - for standard input', required: true, ignoreStdin: true })
  }

  static override flags = {
    'if-match': string({ summary: 'Edit only this version of the message', helpValue: 'ETAG' })
  }

  async run(): Promise<Message> {
    const { args, flags } = await this.parse(Edit)
    const id = messageId(args.id, 'edit 42 "new text"')
    if (args.text === '-' && fstatSync(0).isDirectory())
      throw CommandError.usage('Standard input is a folder; nothing was changed.')
    if (args.text.trim() === '')
      throw CommandError.usage(`The new text is empty. To delete the message: ${this.lineInRoom('delete', String(id))}`)
    const { client, room } = await this.signedIn(flags)
    const use = { nothing: 'nothing was changed', line: this.lineInRoom('edit', String(id), '-') }
    const text = args.text === '-' ? (await textsOfInput(process.stdin, {}, use)).join() : args.text
    const tag = flags['if-match']
    const ifMatch = tag === undefined ? undefined : headerValue(tag, '--if-match')
    const message = await interruptible((signal) => client.messages.edit(room, id, { text }, { ifMatch, signal }))
      .catch(
        unknownOutcome(`${id} may or may not have been edited`, (current) =>
          current === undefined
            ? `Check with: ${this.lineInRoom('history', '--around', String(id), '-n', '1')}`
            : `To replace it with yours, run the command again.\n${bothTexts(current, text)}`
        )
      )
      .catch((error) => {
        throw this.jsonEnabled() ? error : stale(error, text)
      })
    await this.did(`Edited ${id} in ${message.room}.`)
    return message
  }
}

/** Whoever was slower can choose. */
function stale(error: unknown, mine: string): unknown {
  if (!(error instanceof ProblemError && error.code === 'stale')) return error
  const what = error.message.replace(
    / “current” shows .* If-Match: ("[^"]+")\.$/,
    " To overwrite it, repeat with --if-match '$1'."
  )
  const text = `${what} [${error.status} ${error.code}]\n${bothTexts(error.problem.current, mine)}`
  return new CommandError(text, { exit: 'conflict', code: error.code, cause: error })
}

/** What stands there, and what was to stand there. */
function bothTexts(current: unknown, mine: string): string {
  const now = typeof current === 'object' && current && 'text' in current ? String(current.text) : ''
  return `It is now:  ${neutralise(now)}\nYou wrote:  ${neutralise(mine)}`
}
