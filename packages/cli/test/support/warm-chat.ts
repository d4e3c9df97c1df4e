import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { Outcome } from './chat.ts'

const program = fileURLToPath(new URL('./warm-process.js', import.meta.url))

/** Follows what a command has written; no command writes it. */
const mark = '\u0000end of chat\u0000'

/** Those that wait for a command. */
const idle: ChildProcess[] = []

/**
 * Run `chat` to its end in a process that has run others, and runs no other one meanwhile: to start Node and load oclif takes ten times
 * as long as most of what a command does. Environment and input are its own, the output is the real one. How a process starts and ends
 * is for tests that start one.
 */
export async function runWarm(args: string[], env: Record<string, string>, input: string): Promise<Outcome> {
  const warm = idle.pop() ?? start(env)
  const [stdout, stderr] = [written(warm.stdout!), written(warm.stderr!)]
  const over = new AbortController()
  const failure = once(warm, 'exit', { signal: over.signal }).then(() => {
    throw new Error(`chat ${args.join(' ')} ended the process that was to run others: ${stdout.text}${stderr.text}`)
  })
  warm.send({ args, env, input, mark })
  const [[code]] = await Promise.race([Promise.all([once(warm, 'message'), stdout.whole, stderr.whole]), failure])
  over.abort()
  idle.push(warm)
  return { stdout: stdout.text, stderr: stderr.text, code }
}

/** It ends when the tests do, and keeps nothing alive. */
function start(env: Record<string, string>): ChildProcess {
  const warm = fork(program, { env, execArgv: [], silent: true })
  warm.unref()
  warm.channel?.unref()
  for (const stream of [warm.stdout!, warm.stderr!]) (stream.setEncoding('utf8') as Socket).unref()
  return warm
}

/** What is written from here on to the mark. */
function written(stream: Readable) {
  const found = { text: '', whole: Promise.resolve() }
  found.whole = new Promise((resolve) => {
    stream.on('data', function more(piece: string) {
      found.text += piece
      if (!found.text.endsWith(mark)) return
      found.text = found.text.slice(0, -mark.length)
      stream.off('data', more)
      resolve()
    })
  })
  return found
}
