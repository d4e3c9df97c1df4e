import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, rmSync, statSync, truncateSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'

/** Why there can be no such disk here; undefined: there can. */
export const noOwnDisk =
  spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0
    ? undefined
    : 'this user may not mount a file system of its own'

/** Why there can be no such disk for a program that runs as somebody else; undefined: there can. */
export const noOwnDiskOfOthers =
  spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0
    ? undefined
    : 'this user may not mount a file system for others'

/**
 * A small disk in a mount namespace of its own, which goes with the test. Programs that run `under` it know it as `path`; this
 * process sees what lies there through `outside`.
 */
export class OwnDisk {
  readonly path: string
  readonly #holder: ChildProcess
  readonly #isOfOthers: boolean

  /**
   * @param kib  how large it is
   * @param owner  whose it is; whoever runs the test, unless it is given
   */
  static async make(kib: number, owner?: { uid: number; gid: number }): Promise<OwnDisk> {
    const path = mkdtempSync(join(tmpdir(), 'tertulia-own-disk-'))
    const ofOwner = owner ? `,uid=${owner.uid},gid=${owner.gid},mode=700` : ''
    const script = `mount -t tmpfs -o size=${kib}k${ofOwner} none "$0" && echo mounted && exec cat`
    const holder = spawn('unshare', [owner ? '-m' : '-rm', 'sh', '-c', script, path], { stdio: ['pipe', 'pipe', 'inherit'] })
    onTestFinished(async () => {
      const ended = once(holder, 'close')
      holder.stdin.end()
      await ended
      rmSync(path, { recursive: true, force: true })
    })
    await once(createInterface({ input: holder.stdout }), 'line')
    return new OwnDisk(path, holder, owner !== undefined)
  }

  private constructor(path: string, holder: ChildProcess, isOfOthers: boolean) {
    this.path = path
    this.#holder = holder
    this.#isOfOthers = isOfOthers
  }

  /** What is put before a program so that it has this disk. */
  get under(): string[] {
    const user = this.#isOfOthers ? [] : ['--preserve-credentials', '-U']
    return ['nsenter', ...user, '-m', '-t', `${this.#holder.pid}`]
  }

  /** The way of this process to a file there. */
  outside = (name: string): string => join(`/proc/${this.#holder.pid}/root`, this.path, name)

  /** Leave room for no more than so many pages of 4 KiB. */
  fill(pagesLeft = 0): void {
    const fd = openSync(this.outside('ballast'), 'a')
    try {
      for (const page = Buffer.alloc(4096); ; ) writeSync(fd, page)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
    } finally {
      closeSync(fd)
    }
    truncateSync(this.outside('ballast'), statSync(this.outside('ballast')).size - pagesLeft * 4096)
  }

  /** Give all of that back. */
  free(): void {
    rmSync(this.outside('ballast'), { force: true })
  }

  /** Let nothing be written there any more. No file there may be open for writing. */
  makeReadOnly(): void {
    const { status, stderr } = spawnSync(this.under[0] as string, [
      ...this.under.slice(1),
      'mount',
      '-o',
      'remount,ro',
      this.path
    ])
    if (status !== 0) throw new Error(`It cannot be made read-only: ${stderr}`)
  }
}
