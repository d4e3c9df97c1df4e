import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { LogEvent, Message } from '@tertulia/protocol'
import { messageOf } from '@tertulia/protocol/message-of'
import { CommandError } from '../failing/command-error.ts'
import { jsonLine } from '../printing/json-line.ts'
import { writeTalk } from '../printing/write-talk.ts'
import type { StateFile } from './state-file.ts'

/** Where commands that are run, such as `chat send`, go to without being told. */
export interface Surroundings {
  server: string
  name: string
}

/**
 * Run a command of the user for each message, one at a time. One that fails ends it where there is a state file, so that it is
 * tried again by the next run; else the failure is told, and the next message comes.
 */
export function running(
  command: string,
  surroundings: Surroundings,
  { state, signal }: { state: StateFile | undefined; signal: AbortSignal }
): (event: LogEvent) => Promise<boolean> {
  return async (event) => {
    const message = messageOf(event)
    if (!message) return true
    // Before the next one begins, so that whoever is killed repeats the last one at most.
    state?.flush()
    const ended = await runFor(command, event, message, surroundings)
    if (ended === 0) return true
    // Ctrl-C is for both of us.
    if (signal.aborted) return false
    const { id, room } = message
    const what = `The command of --exec exited with ${ended} for message ${id} in ${room}.`
    if (state) {
      throw new CommandError(`${what} The next run with ${state.file} starts with this message.`, {
        exit: 'unexpected',
        code: 'command-failed'
      })
    }
    await writeTalk(`chat: ${what}`)
    return true
  }
}

/**
 * Run a command of the user for a message. The event is on its standard input as JSON, and what it is made of in its environment:
 * nothing that others have written ever becomes a part of a shell line.
 * @returns how it ended: its exit code, or the signal that ended it
 */
async function runFor(
  command: string,
  event: LogEvent,
  message: Message,
  { server, name }: Surroundings
): Promise<number | NodeJS.Signals> {
  const { id, room, author, text, createdAt } = message
  const about = {
    CHAT_SERVER: server,
    CHAT_AS: name,
    CHAT_ROOM: room,
    CHAT_ID: String(id),
    CHAT_AT: createdAt,
    CHAT_AUTHOR: author.name,
    CHAT_AUTHOR_KIND: author.kind,
    CHAT_TEXT: text ?? ''
  }
  const child = spawn(command, { shell: true, stdio: ['pipe', 'inherit', 'inherit'], env: { ...process.env, ...about } })
  // It need not read what it is given.
  child.stdin.on('error', () => {})
  child.stdin.end(`${jsonLine(event)}\n`)
  const [code, signal] = await once(child, 'exit')
  return code ?? signal
}
