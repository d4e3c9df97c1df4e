import { fstatSync } from 'node:fs'
import { string as text } from '@oclif/core/args'
import { string } from '@oclif/core/flags'
import { type ChatClient, cursorAt, newIdempotencyKey } from '@tertulia/client'
import type { Answered, Message } from '@tertulia/protocol'
import { textCharsMax } from '@tertulia/protocol/limits'
import { Choices, oneOf } from '../asking/choices.ts'
import { type Question, questionText, type Terms } from '../asking/question.ts'
import { waitForAnswer } from '../asking/wait-for-answer.ts'
import { ChatCommand } from '../chat-command.ts'
import { CommandError } from '../failing/command-error.ts'
import { Interruption } from '../failing/interruption.ts'
import { isLostSend, lostSend } from '../failing/lost-send.ts'
import { durationMs, durationWords } from '../input/duration.ts'
import { headerValue } from '../input/header-value.ts'
import { textsOfInput } from '../input/standard-input.ts'
import { noticeLines } from '../printing/notice-lines.ts'
import { chat } from '../program.ts'

export default class Ask extends ChatCommand {
  static override summary = 'Ask a question in a room, and wait for the answer'
  static override description =
    `The question is sent to the room, with the words that answer it. The answer is the first message whose first word is one of --choices, in any case: yes! and “Yes, go” are yes. Without --from, everybody may answer but you and bots. Somebody who answers but may not, or whose answer is not clear, is told once in the room what counts. A message counts as it reads when it arrives: an edit may make it the answer, and one that was deleted is none.

The answer is printed as it stands in --choices; with --json as an object: choice, who, message. When the connection is lost, ask tries again, and misses no answer.

Whoever asks the same question with the same --key again, within a day, does not ask twice, but goes on waiting for the answer. One that was given meanwhile counts.`
  static override examples = [
    {
      description: 'Ask ana, for ten minutes at most',
      command: `${chat} ask "deploy?" --choices yes,no --from ana --timeout 10m`
    },
    { description: 'Go on only after a yes', command: `${chat} ask "deploy 118?" && ./deploy.sh` },
    {
      description: 'Several choices, and several people of whom one answers',
      command: `${chat} ask "Where to?" --choices staging,production --from ana,luis`
    },
    {
      description: 'Who has answered, and what else they wrote, as JSON',
      command: `${chat} ask "Shall we?" --json | jq -r .message.text`
    }
  ]
  static override exits = {
    0: 'the first of --choices',
    10: 'the second; 11 the third, and so on',
    3: 'you may not write in the room, or not read it any more',
    4: 'there is no such room, or nobody called as --from says',
    7: 'no connection, before the question was sent',
    8: '--timeout was over without an answer, or the question may or may not have been sent',
    130: 'interrupted (143: terminated)'
  }
  static override args = {
    text: text({ description: 'the question, or - for standard input', required: true, ignoreStdin: true })
  }
  static override flags = {
    choices: string({ summary: 'The words that answer it', default: 'yes,no', helpValue: 'WORDS' }),
    from: string({
      summary: 'Only NAME may answer; several times or with commas: any of them',
      multiple: true,
      helpValue: 'NAME'
    }),
    timeout: string({ summary: 'Wait no longer than this, such as 30s or 10m; without it, for ever', helpValue: 'TIME' }),
    key: string({ summary: 'Idempotency-Key: asking again with the same key goes on waiting', helpValue: 'KEY' })
  }

  async run(): Promise<Answered | undefined> {
    const { args, flags } = await this.parse(Ask)
    const choices = new Choices(flags.choices)
    const withinMs = flags.timeout === undefined ? undefined : durationMs(flags.timeout)
    const key = flags.key === undefined ? newIdempotencyKey() : headerValue(flags.key, '--key')
    const typed = await this.#typed(args.text)
    const { client, room } = await this.signedIn(flags)

    const input = args.text === '-' ? ', with the same input,' : ''
    const again = `${input} with:\n${this.lineAgain('ask', ...(flags.key === undefined ? ['--key', key] : []))}`
    const interruption = new Interruption()
    const late = new AbortController()
    let timer: NodeJS.Timeout | undefined
    let question: Question | undefined
    try {
      const asking = { ...(await this.#terms(client, choices, flags.from, interruption.signal)), client, room, key, typed }
      const [message, after] = await ask(asking, interruption.signal).catch((error) => {
        throw isLostSend(error) ? lostSend(error, 'asked', `Repeat safely${again}`) : error
      })
      question = { message, choices, from: asking.from }
      if (withinMs !== undefined) timer = setTimeout(() => late.abort(), withinMs)
      await this.say(
        `Waiting for ${question.from.length === 0 ? 'anybody' : oneOf(question.from)} to answer message ${message.id} in ${message.room}: ${choices}.`
      )
      const answer = await waitForAnswer(client, question, {
        after,
        correctionKey: `${key}.counts`,
        notice: (sentence) => this.#tell(sentence),
        signal: AbortSignal.any([interruption.signal, late.signal])
      })
      if (answer) return await this.#answered(answer, choices)
    } catch (error) {
      if (!interruption.signal.aborted || error instanceof CommandError) throw error
    } finally {
      clearTimeout(timer)
      interruption.stop()
    }
    interruption.end()
    if (question === undefined || !late.signal.aborted) return undefined
    const span = durationWords(withinMs ?? 0)
    const from = question.from.length === 0 ? '' : ` from ${oneOf(question.from)}`
    const what = `No answer to message ${question.message.id}${from} in ${span}.`
    throw new CommandError(`${what} To go on waiting, repeat it${again}`, { exit: 'noAnswer', code: 'too-late' })
  }

  async #typed(typed: string): Promise<string> {
    if (typed === '-' && fstatSync(0).isDirectory()) throw CommandError.usage('Standard input is a folder; nothing was asked.')
    if (typed.trim() === '')
      throw CommandError.usage(`What do you want to ask? For example: ${chat} ask "deploy?" --choices yes,no`)
    if (typed !== '-') return typed
    const use = { nothing: 'nothing was asked', line: this.lineInRoom('ask', '-') }
    return (await textsOfInput(process.stdin, {}, use)).join()
  }

  /** Nothing is asked of people who are not there. @throws ProblemError 404 `user-not-found` */
  async #terms(client: ChatClient, choices: Choices, typed: string[] = [], signal: AbortSignal): Promise<Terms> {
    const names = typed.flatMap((each) => each.split(',')).map((name) => name.trim())
    if (names.includes('')) throw CommandError.usage('A name is missing in --from. For example: --from ana --from luis')
    const known = await Promise.all(names.map((name) => client.users.get(name, { signal })))
    return { choices, from: [...new Set(known.map(({ name }) => name))] }
  }

  async #answered(answer: Answered, choices: Choices): Promise<Answered> {
    // Before anything is written: whoever reads that may be gone, and still look how it ended.
    process.exitCode = choices.exitCodeOf(answer.choice)
    await this.did(`${answer.who} has answered ${answer.choice}, in message ${answer.message.id}.`)
    await this.print(answer.choice)
    return answer
  }

  #tell(sentence: string): void {
    if (!process.stderr.isTTY || this.jsonEnabled()) return
    const lines = noticeLines(sentence, process.stderr.columns || Infinity)
    process.stderr.write(lines.map((line) => `${line}\n`).join(''))
  }
}

interface Asking extends Terms {
  client: ChatClient
  room: string
  key: string
  typed: string
}

/** @returns the question, and its own place in the log: what comes after it is read from there, whenever it was first asked */
async function ask({ client, room, key, typed, ...terms }: Asking, signal: AbortSignal): Promise<[Message, string]> {
  const text = questionText(typed, terms)
  const chars = [...text].length
  if (chars > textCharsMax) {
    const what = `The question and the line that says how to answer it have ${chars} characters`
    throw CommandError.usage(`${what}; a message can have at most ${textCharsMax}.`)
  }
  const { cursor } = await client.messages.history(room, { limit: 1, signal })
  const message = await client.messages.post(room, { text }, { idempotencyKey: key, signal, reached: true })
  return [message, cursorAt(cursor, message.id)]
}
