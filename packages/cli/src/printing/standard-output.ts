import { fstatSync, writeSync } from 'node:fs'
import { systemReason } from '../files/system-reason.ts'

/** Standard output did not take everything that it was given. */
export class OutputError extends Error {
  override readonly name = 'OutputError'
  /** Of the operating system, such as `ENOSPC`. */
  readonly code: string

  /** @param done  what has been done all the same: a whole sentence */
  constructor(cause: unknown, done = '') {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'
    const why = code === 'ENOSPC' ? 'the disk is full' : systemReason(cause)
    super(`The output cannot be written: ${why}.${done === '' ? '' : ` ${done}`} [${code}]`, { cause })
    this.code = code
  }

  /** Whoever read it has gone, as `head` does, or the terminal has: that is no failure. */
  get readerHasGone(): boolean {
    return this.code === 'EPIPE' || this.code === 'EIO'
  }
}

/** Of the writes that nobody waits for, such as those of a conversation. */
let fault: unknown

/**
 * From here on a stream that cannot be written ends nothing by itself, whoever wanted that: `writeLines` and `flushed` tell of standard
 * output, and standard error is only talk.
 */
export function guardOutput(): void {
  process.stdout.removeAllListeners('error').on('error', (error) => {
    fault ??= error
  })
  process.stderr.removeAllListeners('error').on('error', () => {})
}

/**
 * Write lines to standard output and wait until whoever reads them has taken them, or until the signal.
 * @returns whether they were taken
 * @throws OutputError
 */
export async function writeLines(lines: readonly string[], signal?: AbortSignal): Promise<boolean> {
  if (lines.length === 0) return true
  const text = lines.map((line) => `${line}\n`).join('')
  try {
    if (!isFile()) return await writeToStream(text, signal)
    writeToFile(text)
    return true
  } catch (error) {
    throw new OutputError(error)
  }
}

/** When everything that was written has been taken. @throws OutputError */
export async function flushed(): Promise<void> {
  await writeToStream('').catch((error) => {
    fault ??= error
  })
  if (fault !== undefined) throw new OutputError(fault)
}

function writeToStream(text: string, signal?: AbortSignal): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const giveUp = () => resolve(false)
    signal?.addEventListener('abort', giveUp, { once: true })
    process.stdout.write(text, (error) => {
      signal?.removeEventListener('abort', giveUp)
      if (error) reject(error)
      else resolve(true)
    })
  })
}

/** Node's own stream for files takes the piece that still fits on a disk for the whole. */
function writeToFile(text: string): void {
  for (let rest = Buffer.from(text); rest.length > 0; ) rest = rest.subarray(writeSync(process.stdout.fd, rest))
}

let file: boolean | undefined

function isFile(): boolean {
  file ??= fstatSync(process.stdout.fd).isFile()
  return file
}
