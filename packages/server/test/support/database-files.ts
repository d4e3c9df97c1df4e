import { createHash } from 'node:crypto'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

const endings = ['', '-wal', '-shm', '.lock']

/** The files of a database in a folder of its own, copied and put back as people do by hand, while no server has them open. */
export class DatabaseFiles {
  readonly path = mkdtempSync(join(tmpdir(), 'tertulia-folder-'))
  readonly db = join(this.path, 'chat.db')

  constructor() {
    onTestFinished(async () => {
      await this.end()
      rmSync(this.path, { recursive: true, force: true })
    })
  }

  /** Let go of the files. */
  end(): void | Promise<void> {}

  /** Copy the database under another name, with what lies beside it, or a part of that. */
  copy(name: string, which: readonly string[] = endings, from = 'chat.db'): void {
    const present = which.filter((ending) => existsSync(join(this.path, from + ending)))
    this.copyFiles(present.map((ending) => [join(this.path, from + ending), join(this.path, name + ending)]))
  }

  /** Put a copy in the place of the database: over it (the same file gets other bytes), or with another file under its name. */
  restore(name: string, how: 'cp' | 'mv', which: readonly string[] = endings): void {
    this.copy('again', which, name)
    for (const ending of which) {
      const again = join(this.path, `again${ending}`)
      if (!existsSync(again)) continue
      if (how === 'cp') copyFileSync(again, this.db + ending)
      else renameSync(again, this.db + ending)
    }
  }

  protected copyFiles(pairs: [from: string, to: string][]): void {
    for (const [from, to] of pairs) copyFileSync(from, to)
  }

  remove(which: readonly string[]): void {
    for (const ending of which) rmSync(this.db + ending, { force: true })
  }

  walBytes = (): number => statSync(`${this.db}-wal`, { throwIfNoEntry: false })?.size ?? 0

  /** Every file by name, with its mode and a digest of its bytes. */
  bytes(): Record<string, string> {
    const entries = readdirSync(this.path, { recursive: true, withFileTypes: true })
    return Object.fromEntries(
      entries.map((entry) => {
        const path = join(entry.parentPath, entry.name)
        const what = entry.isFile() ? createHash('sha256').update(readFileSync(path)).digest('hex') : 'no file'
        return [path, `${statSync(path).mode.toString(8)} ${what}`]
      })
    )
  }

  subfolder(name: string): string {
    mkdirSync(join(this.path, name), { recursive: true })
    return join(name, 'chat.db')
  }
}
