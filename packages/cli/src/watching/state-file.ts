import { readFileSync } from 'node:fs'
import { CommandError } from '../failing/command-error.ts'
import { replaceFile } from '../files/replace-file.ts'
import { systemReason } from '../files/system-reason.ts'
import { utf8Text } from '../input/utf8.ts'

/** The cursor of each room, by its name. */
export type Cursors = Record<string, string>

/**
 * What `--state` keeps: how far each room has been read, so that the next run goes on there. A file is replaced whole or not at all;
 * rooms that are not watched keep their place in it.
 */
export class StateFile {
  /** Its path, as it was given. */
  readonly file: string
  readonly #cursors: Cursors
  #saving: NodeJS.Immediate | undefined
  #fault: unknown

  /** @throws CommandError when there is something else in the file, or it is standard input or output, which is no file */
  constructor(file: string) {
    if (file === '-') throw CommandError.usage('--state needs a file. For a file with the name -, write ./-')
    this.file = file
    this.#cursors = read(file)
  }

  /** How far a room was read; undefined: never. */
  cursorOf(room: string): string | undefined {
    return Object.hasOwn(this.#cursors, room) ? this.#cursors[room] : undefined
  }

  /** From here on this is how far the rooms were read. It is saved once for all that came in one piece from the network. */
  note(cursors: Cursors): void {
    if (this.#fault !== undefined) throw this.#fault
    // `now` is no place to come back to: a room that has not begun yet has none.
    for (const [room, cursor] of Object.entries(cursors)) if (cursor !== 'now') this.#cursors[room] = cursor
    this.#saving ??= setImmediate(() => {
      try {
        this.flush()
      } catch (error) {
        this.#fault = error
      }
    })
  }

  /** Save now what was noted. @throws CommandError when the file cannot be written */
  flush(): void {
    if (this.#saving === undefined) return
    clearImmediate(this.#saving)
    this.#saving = undefined
    try {
      replaceFile(this.file, `${JSON.stringify(this.#cursors)}\n`)
    } catch (error) {
      throw new CommandError(`Cannot write ${this.file} (${systemReason(error)}). Choose another file with --state.`, {
        exit: 'unexpected',
        code: 'state-not-saved',
        cause: error
      })
    }
  }
}

function read(file: string): Cursors {
  let bytes: Buffer
  try {
    bytes = readFileSync(file)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {}
    throw new CommandError(`Cannot read ${file} (${systemReason(error)}). Choose another file with --state.`, {
      exit: 'unexpected',
      code: 'state-not-read',
      cause: error
    })
  }
  try {
    const value: unknown = JSON.parse(utf8Text(bytes))
    if (isCursors(value)) return value
  } catch {}
  throw CommandError.usage(`${file} was not written by chat watch --state. Choose another file, or delete it to start over.`)
}

const isCursors = (value: unknown): value is Cursors =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every((cursor) => typeof cursor === 'string')
