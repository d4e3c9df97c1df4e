import { fstatSync } from 'node:fs'
import { string as text } from '@oclif/core/args'
import { boolean, string } from '@oclif/core/flags'
import { newIdempotencyKey } from '@tertulia/client'
import type { Message } from '@tertulia/protocol'
import { ChatCommand } from '../chat-command.ts'
import { CommandError } from '../failing/command-error.ts'
import { interruptible } from '../failing/interruption.ts'
import { isLostSend, lostSend } from '../failing/lost-send.ts'
import { durationMs } from '../input/duration.ts'
import { headerValue } from '../input/header-value.ts'
import { fit, textsOfInput } from '../input/standard-input.ts'
import { sendLine } from '../printing/command-lines.ts'
import { chat } from '../program.ts'
import { typedPlace } from '../typed-place.ts'

export default class Send extends ChatCommand {
  static override summary = 'Send a message to a room, and print its id'
  static override description =
    'After a 429, a 503 or a cut connection it tries again; the message is still sent only once. Colours are removed from standard input unless you say --raw.'
  static override examples = [
    { description: 'Say it in your usual room', command: `${chat} send "good morning"` },
    { description: 'Send what a program prints, of a long text the end', command: `make 2>&1 | ${chat} send - --tail` },
    {
      description: 'A text that begins with a dash, in another room',
      command: `${chat} send --room ops -- "-v is an option, this is a text"`
    }
  ]
  static override exits = {
    0: 'sent',
    3: 'you may not write in the room',
    4: 'there is no such room',
    6: 'too many messages, even after waiting',
    7: 'no connection; if it was cut, the error says how to repeat safely',
    8: 'it may or may not have been sent; the error says how to repeat safely'
  }
  static override args = { text: text({ description: 'the text, or - for standard input', ignoreStdin: true }) }
  static override flags = {
    tail: boolean({ summary: 'Send only the end of a text that is too long', exclusive: ['split'] }),
    split: boolean({ summary: 'Send a text that is too long as several messages' }),
    raw: boolean({ summary: 'Keep the colours in standard input' }),
    key: string({ summary: 'Idempotency-Key: sending again with the same key makes no second message', helpValue: 'KEY' }),
    'no-retry': boolean({ summary: 'Try only once' }),
    timeout: string({ summary: 'Time limit for all attempts, such as 30s or 2m', default: '15s', helpValue: 'TIME' })
  }

  async run(): Promise<Message | Message[]> {
    const { args, flags } = await this.parse(Send)
    const timeoutMs = durationMs(flags.timeout)
    const typed = args.text ?? (process.stdin.isTTY ? undefined : '-')
    if (typed === undefined) throw CommandError.usage(`What do you want to send? For example: ${chat} send "good morning"`)
    if (typed === '-' && fstatSync(0).isDirectory()) throw CommandError.usage('Standard input is a folder; nothing was sent.')
    if (typed.trim() === '') throw CommandError.usage('The text is empty; nothing was sent.')
    // Only now: to be asked for a name would take the terminal from whoever types.
    const access = await this.signedIn(flags)
    const texts =
      typed === '-'
        ? await textsOfInput(process.stdin, flags, {
            nothing: 'nothing was sent',
            line: this.lineInRoom('send', '-'),
            cuts: true
          })
        : fit(typed, flags)
    const key = flags.key === undefined ? newIdempotencyKey() : headerValue(flags.key, '--key')
    /** How to repeat it. What came from a pipe is an argument now: it may not come once more. */
    const again = (text: string): string => {
      if (typed === '-' && texts.length === 1)
        return `Repeat safely with:\n${sendLine(text, typedPlace(this.argv, ['server', 'as', 'room']), key)}`
      const line = this.lineAgain('send', ...(flags.key === undefined ? ['--key', key] : []))
      return `Repeat safely${typed === '-' ? ', with the same input,' : ''} with:\n${line}`
    }
    const sent: Message[] = []
    await interruptible(async (signal) => {
      for (const [at, text] of texts.entries()) {
        const call = {
          idempotencyKey: texts.length === 1 ? key : `${key}.${at + 1}`,
          retry: !flags['no-retry'],
          timeoutMs,
          signal
        }
        const message = await access.client.messages.post(access.room, { text }, call).catch((error) => {
          throw isLostSend(error) ? lostSend(error, 'sent', again(text)) : error
        })
        sent.push(message)
        const of = texts.length === 1 ? '' : `, ${sent.length} of ${texts.length}`
        this.done = `Sent to ${message.room} as ${message.author.name}, as message ${message.id}${of}.`
        await this.print(String(message.id))
      }
    })
    const [first] = sent
    await this.say(`Sent to ${first?.room} as ${first?.author.name}.`)
    return first && sent.length === 1 ? first : sent
  }
}
