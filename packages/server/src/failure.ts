import { Outlet } from './outlet.ts'
import { asTyped } from './program-words.ts'

export const exit = { failed: 1, usage: 2, cannotStart: 78 } as const

/** How long the last words may take to leave. */
export const lastWordsMs = 500

/** Say on standard error why the program ends, and with which exit code. */
export async function fail(code: number, words: string): Promise<void> {
  process.exitCode = code
  const out = new Outlet(2)
  out.write(`chat-server: ${asTyped(words)}\n`)
  await out.flush(lastWordsMs)
}
