import { string as text } from '@oclif/core/args'
import { boolean, string } from '@oclif/core/flags'
import { ConnectionError, isInDoubt, newIdempotencyKey } from '@tertulia/client'
import type { Message } from '@tertulia/protocol'
import { ChatCommand, type SignedIn } from '../chat-command.ts'
import { CommandError, type ErrorFacts } from '../command-error.ts'
import { durationMs } from '../duration.ts'
import { exitCodeOf, exitCodes } from '../exit-codes.ts'
import { headerValue } from '../header-value.ts'
import { shellWord } from '../shell-word.ts'
import { fit, textsOfInput } from '../standard-input.ts'
import { whyLost } from '../unknown-outcome.ts'

export default class Send extends ChatCommand {
  static override summary = 'Post one message to a room; its id is printed'
  static override description =
    'Repeated attempts (on 429, 503 and cut connections) have one effect. Colours of standard input are dropped, --raw keeps them.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> "good morning"',
    'make 2>&1 | <%= config.bin %> <%= command.id %> - --tail',
    '<%= config.bin %> <%= command.id %> --room ops -- "-v is an option, this is a text"'
  ]
  static override args = { text: text({ description: 'what to say, or - for standard input', ignoreStdin: true }) }
  static override flags = {
    tail: boolean({ summary: 'Of an over-long text send the end', exclusive: ['split'] }),
    split: boolean({ summary: 'Send an over-long text as several messages' }),
    raw: boolean({ summary: 'Keep the colours of standard input' }),
    key: string({ summary: 'Idempotency-Key: repeating a send with it makes no second message', helpValue: 'KEY' }),
    'no-retry': boolean({ summary: 'Try once only' }),
    timeout: string({ summary: 'For all attempts, such as 30s or 2m', default: '15s', helpValue: 'TIME' })
  }

  async run(): Promise<Message | Message[]> {
    const { args, flags } = await this.parse(Send)
    const timeoutMs = durationMs(flags.timeout)
    const typed = args.text ?? (process.stdin.isTTY ? undefined : '-')
    if (typed === undefined) throw CommandError.usage('What do you want to send? For example: chat send "good morning"')
    // Only now: to be asked for a name would take the terminal from whoever types.
    const access = await this.signedIn(flags)
    const texts = typed === '-' ? await textsOfInput(process.stdin, flags) : fit(typed, flags)
    const key = flags.key === undefined ? newIdempotencyKey() : headerValue(flags.key, '--key')
    const again = ['chat', 'send', ...(flags.key === undefined ? ['--key', key] : []), ...this.argv].map(shellWord).join(' ')
    const stop = new AbortController()
    // A second one ends it where it stands.
    process.once('SIGINT', () => stop.abort())
    const sent: Message[] = []
    for (const [at, text] of texts.entries()) {
      const message = await this.#post(access, text, {
        key: texts.length === 1 ? key : `${key}.${at + 1}`,
        retry: !flags['no-retry'],
        timeoutMs,
        signal: stop.signal,
        again
      })
      sent.push(message)
      const of = texts.length === 1 ? '' : `, ${sent.length} of ${texts.length}`
      this.done = `Sent to ${message.room} as ${message.author.name}, as message ${message.id}${of}.`
      await this.print(String(message.id))
    }
    const [first] = sent
    await this.say(`Sent to ${first?.room} as ${first?.author.name}.`)
    return first && sent.length === 1 ? first : sent
  }

  async #post({ client, room }: SignedIn, text: string, { key, again, ...call }: Attempt): Promise<Message> {
    try {
      return await client.messages.post(room, { text }, { idempotencyKey: key, ...call })
    } catch (error) {
      if (call.signal.aborted) throw unknown('Interrupted', again, { exit: 'interrupted', code: 'interrupted', cause: error })
      if (!isInDoubt(error)) throw error
      throw unknown(whyLost(error), again, {
        exit: exitCodeOf(error) === exitCodes.noConnection ? 'noConnection' : 'noAnswer',
        code: error instanceof ConnectionError ? `connection-${error.reason}` : 'outcome-unknown',
        cause: error
      })
    }
  }
}

interface Attempt {
  key: string
  retry: boolean
  timeoutMs: number
  signal: AbortSignal
  /** The command line that repeats it. */
  again: string
}

const unknown = (what: string, again: string, facts: ErrorFacts): CommandError =>
  new CommandError(`${what}; it may or may not have been sent. Repeat safely with:\n${again}`, facts)
