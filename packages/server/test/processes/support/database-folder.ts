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
import { expect, onTestFinished } from 'vitest'
import { openStore } from '../../../src/open-store.ts'
import { StoreOpenError } from '../../../src/stores/store.ts'
import { ask, register } from './ask.ts'
import { ServerProcess } from './server-process.ts'

const endings = ['', '-wal', '-shm', '.lock']

/** A database in a folder of its own, with a server that comes and goes, and copies made and put back as people do by hand. */
export class DatabaseFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'tertulia-folder-'))
  readonly db = join(this.path, 'chat.db')
  server: ServerProcess | undefined
  /** Ana's: in each database that began here. */
  token = ''
  firstEpoch = ''
  #sent = 0

  static async make(): Promise<DatabaseFolder> {
    const folder = new DatabaseFolder()
    onTestFinished(async () => {
      await folder.server?.end('SIGKILL')
      rmSync(folder.path, { recursive: true, force: true })
    })
    await folder.start()
    folder.token = await register(folder.server?.url ?? '', 'ana')
    folder.firstEpoch = await folder.epoch()
    return folder
  }

  async start(db = this.db): Promise<void> {
    this.server = await ServerProcess.start(db)
  }

  async stop(): Promise<void> {
    expect(await this.server?.end('SIGTERM')).toBe(0)
    this.server = undefined
  }

  async kill(): Promise<void> {
    await this.server?.end('SIGKILL')
    this.server = undefined
  }

  /** Send as many texts, each different and about as long as it may be, so that a few hundred fill a WAL. */
  async send(count: number): Promise<void> {
    const until = this.#sent + count
    const one = async () => {
      while (this.#sent < until) {
        const text = `${this.#sent++} `.padEnd(3_900, 'x')
        const { status } = await ask('POST', this.#messages, { token: this.token, json: { text } })
        expect(status).toBe(201)
      }
    }
    await Promise.all(Array.from({ length: 16 }, one))
  }

  /** The numbers of the texts that the server shows, sorted. */
  async texts(): Promise<number[]> {
    const found: number[] = []
    for (let page = `${this.#messages}?limit=200`; page !== ''; ) {
      const { status, body, headers } = await ask('GET', page, { token: this.token })
      expect(status).toBe(200)
      for (const { text } of body.messages) found.push(Number.parseInt(text, 10))
      const [, prev] = /<([^>]+)>; rel="prev"/.exec(String(headers.link ?? '')) ?? []
      page = prev === undefined ? '' : new URL(prev, this.server?.url).href
    }
    return found.sort((a, b) => a - b)
  }

  async epoch(): Promise<string> {
    const { body } = await ask('GET', `${this.#messages}?limit=1`, { token: this.token })
    return body.cursor.split('.')[0]
  }

  /** A start that must be refused, and leave every file as it is; gives why. It needs no process: nothing of it remains. */
  async refused(db = this.db): Promise<string> {
    const before = this.bytes()
    const why = await openStore({ db }).catch((error: Error) => error)
    if (!(why instanceof StoreOpenError)) throw new Error('It was not refused', { cause: why })
    expect(why.message).toMatch(/^.+$/)
    expect(this.bytes()).toEqual(before)
    return why.message
  }

  /** Copy the database under another name, with what lies beside it, or a part of that. */
  copy(name: string, which: readonly string[] = endings, from = 'chat.db'): void {
    for (const ending of which) this.#each(ending, from, name, (a, b) => copyFileSync(a, b))
  }

  /** Put a copy in the place of the database: over it (the same file gets other bytes), or with another file under its name. */
  restore(name: string, how: 'cp' | 'mv', which: readonly string[] = endings): void {
    this.copy('again', which, name)
    for (const ending of which) this.#each(ending, 'again', 'chat.db', how === 'cp' ? copyFileSync : renameSync)
  }

  remove(which: readonly string[]): void {
    for (const ending of which) rmSync(this.db + ending, { force: true })
  }

  walBytes = (): number => statSync(`${this.db}-wal`, { throwIfNoEntry: false })?.size ?? 0

  /** Every file by name, with its mode and a digest of its bytes. */
  bytes(folder = this.path): Record<string, string> {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
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

  get #messages(): string {
    return `${this.server?.url}/v1/rooms/general/messages`
  }

  #each(ending: string, from: string, to: string, work: (a: string, b: string) => void): void {
    const source = join(this.path, from + ending)
    if (existsSync(source)) work(source, join(this.path, to + ending))
  }
}
