import { ConnectionError, ProblemError, UnexpectedAnswer } from '@tertulia/client'
import { neutralise } from '@tertulia/protocol/neutralise'
import { commandLine } from '../printing/command-lines.ts'
import { commandTail } from '../printing/command-tail.ts'
import { jsonLine } from '../printing/json-line.ts'
import { OutputError } from '../printing/standard-output.ts'
import { writeTalk } from '../printing/write-talk.ts'
import { CommandError } from './command-error.ts'
import { connectionAdvice } from './connection-advice.ts'
import { exitCodeOf } from './exit-code-of.ts'
import { exitCodes } from './exit-codes.ts'
import { problemSentence } from './problem-sentence.ts'

/** How a failure is told: to people, to scripts, and to the shell. */
export interface Failure {
  /** Its lines are harmless. */
  text: string
  json: string
  exit: number
}

/**
 * `chat: <what>. <what to do> [<status> <code>]`, or one line of problem JSON. Of a refusal, each command line that people may type next
 * stands on a line below, with what it is for.
 * @param place  the flags that were typed, with which `chat login` goes to the same place
 */
export function failureOf(error: unknown, place: readonly string[] = []): Failure {
  if (error instanceof ProblemError) {
    const { problem, status, code } = error
    const advice = code !== 'unauthorized' ? '' : ` ${signInAdvice(place)}`
    return failure(problemSentence(error) + advice, `[${status} ${code}]`, problem, exitCodeOf(error))
  }
  if (error instanceof ConnectionError)
    return local(`${sentence(error.message)} ${connectionAdvice(error)}`, `connection-${error.reason}`, error)
  if (error instanceof UnexpectedAnswer) return local(sentence(error.message), 'unexpected-answer', error)
  if (error instanceof OutputError) return local(error.message, 'output-not-written', error)
  if (error instanceof CommandError) return local(error.message, error.code, error)
  const message = error instanceof Error ? error.message : String(error)
  // A system call that failed says enough; anything else is a bug, whose place we want to know.
  const text =
    error instanceof Error && 'syscall' in error
      ? sentence(message)
      : `Unexpected: ${error instanceof Error ? error.stack : message}`
  return { text: `chat: ${text}`, json: problemLine('unexpected', message), exit: exitCodes.unexpected }
}

/** Write it to stderr, where every failure goes. */
export async function tellFailure({ text, json }: Failure, asJson: boolean): Promise<void> {
  const [sentence = '', ...below] = text.split('\n')
  if (asJson) process.stderr.write(`${json}\n`)
  else await writeTalk(sentence, ...below)
}

const signInAdvice = (place: readonly string[]) =>
  process.env.CHAT_TOKEN ? 'Check CHAT_TOKEN.' : `To sign in again: ${commandLine(['login', ...place])}`

/** Details of a server may quote what others have written. */
function failure(detail: string, code: string, problem: object, exit: number): Failure {
  const sentences = detail.split(/(?<=[.!?]) (?=\p{Lu})/u)
  const isHint = (each: string, at: number) => at > 0 && commandTail(each) !== undefined
  const what = sentences.filter((each, at) => !isHint(each, at)).join(' ')
  const hints = sentences.filter(isHint)
  const lines = [`chat: ${sentence(what)} ${code}`, ...hints.map((hint) => hint.replace(/\.$/, ''))]
  return { text: lines.map(neutralise).join('\n'), json: jsonLine(problem), exit }
}

function local(text: string, code: string, error: Error): Failure {
  return { text: `chat: ${text.split('\n').map(neutralise).join('\n')}`, json: problemLine(code, text), exit: exitCodeOf(error) }
}

const problemLine = (code: string, detail: string): string => jsonLine({ type: 'about:blank', code, title: titles(code), detail })

function titles(code: string): string {
  if (code === 'usage') return 'Wrong usage'
  if (code === 'outcome-unknown') return 'Outcome unknown'
  if (code === 'output-not-written') return 'Output not written'
  return code.startsWith('connection-') ? 'No connection' : 'Not done'
}

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`)
