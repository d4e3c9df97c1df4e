import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const wholeMb = 2_048

/** Where the database of a run lies: a folder that somebody named, or a new one, perhaps with a file system of its own that can be full. */
export class Place {
  readonly folder: string
  readonly #data: string
  readonly #isOwn: boolean
  /** Why this disk cannot be filled; undefined: it can. */
  readonly unfillable: string | undefined

  constructor(named: string | undefined, fills: boolean) {
    this.#isOwn = named === undefined
    this.folder = named ?? mkdtempSync(join(tmpdir(), 'tertulia-soak-'))
    this.#data = join(this.folder, 'data')
    mkdirSync(this.#data, { recursive: true })
    if (!fills) this.unfillable = 'not asked for'
    else if (!this.#isOwn) this.unfillable = 'the folder was named with --db'
    else if (!this.#mount(`size=${wholeMb}m`)) this.unfillable = 'only root may mount a tmpfs'
  }

  get db(): string {
    return join(this.#data, 'chat.db')
  }

  /** Outside of what is filled. */
  file = (name: string): string => join(this.folder, name)

  fill(): void {
    const { blocks, bfree, bsize } = statfsSync(this.#data)
    this.#mount(`remount,size=${Math.ceil(((blocks - bfree) * bsize) / 1024) + 16}k`)
  }

  empty(): void {
    this.#mount(`remount,size=${wholeMb}m`)
  }

  /** @param keeps  the files, to look at */
  end(keeps: boolean): void {
    if (keeps) return
    if (this.unfillable === undefined) spawnSync('umount', [this.#data])
    if (this.#isOwn) rmSync(this.folder, { recursive: true, force: true })
  }

  #mount = (options: string): boolean =>
    process.getuid?.() === 0 && spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'none', this.#data]).status === 0
}
