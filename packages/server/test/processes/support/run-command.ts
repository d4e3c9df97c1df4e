import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

export const serverProgram = fileURLToPath(new URL('../../../bin/chat-server.js', import.meta.url))

/** How a command of `chat-server` ended, and what it said. */
export interface Ran {
  code: number | null
  out: string
  err: string
}

/** Run a command of `chat-server` to its end, perhaps under another program. */
export async function runCommand(words: readonly string[], under: readonly string[] = []): Promise<Ran> {
  const [program = '', ...args] = [...under, process.execPath, serverProgram, ...words]
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const said = { out: '', err: '' }
  child.stdout.on('data', (bytes) => (said.out += bytes))
  child.stderr.on('data', (bytes) => (said.err += bytes))
  const [code] = await once(child, 'close')
  return { code, ...said }
}
