import { randomBytes } from 'node:crypto'
import { chmodSync, closeSync, fsyncSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { CommandError } from '../failing/command-error.ts'
import { targetOf } from '../files/replace-file.ts'
import { systemReason } from '../files/system-reason.ts'

/**
 * A file that is written piece by piece and takes its name when it is whole, readable by its owner alone. Where the name belongs to a
 * device or a pipe, the pieces go there.
 */
export class WholeFile {
  readonly #file: string
  readonly #target: string
  readonly #fresh: string | undefined
  readonly #fd: number

  /** @throws CommandError */
  constructor(file: string) {
    this.#file = file
    try {
      this.#target = targetOf(file)
      const isThere = statSync(this.#target, { throwIfNoEntry: false })
      if (isThere?.isDirectory()) throw new Error('it is a folder')
      const isDevice = isThere !== undefined && !isThere.isFile()
      this.#fresh = isDevice ? undefined : join(dirname(this.#target), `.${randomBytes(8).toString('hex')}.new`)
      this.#fd = this.#fresh === undefined ? openSync(this.#target, 'w') : openSync(this.#fresh, 'wx', 0o600)
    } catch (error) {
      throw this.#failed(error)
    }
  }

  write(text: string): void {
    try {
      for (let rest = Buffer.from(text); rest.length > 0; ) rest = rest.subarray(writeSync(this.#fd, rest))
    } catch (error) {
      throw this.#failed(error)
    }
  }

  /** It is whole: from here on it has its name. */
  finish(): void {
    try {
      if (this.#fresh !== undefined) fsyncSync(this.#fd)
      closeSync(this.#fd)
      if (this.#fresh === undefined) return
      chmodSync(this.#fresh, 0o600) // the mode above is cut by the umask
      renameSync(this.#fresh, this.#target)
    } catch (error) {
      throw this.#failed(error)
    }
  }

  /** Nothing of it stays. */
  discard(): void {
    closeSync(this.#fd)
    if (this.#fresh !== undefined) rmSync(this.#fresh, { force: true })
  }

  #failed(cause: unknown): CommandError {
    const what = `Cannot write ${this.#file} (${systemReason(cause)}). Choose another file with --output.`
    return new CommandError(what, { exit: 'unexpected', code: 'file-not-written', cause })
  }
}
