import { expect } from 'vitest'
import { DatabaseFiles } from '../../support/database-files.ts'
import { ask, register } from './ask.ts'
import { ServerProcess } from './server-process.ts'

/** A database in a folder of its own, with a server in a process that comes and goes. */
export class DatabaseFolder extends DatabaseFiles {
  server: ServerProcess | undefined
  /** Ana's: in each database that began here. */
  token = ''
  #sent = 0

  static async make(): Promise<DatabaseFolder> {
    const folder = new DatabaseFolder()
    await folder.start()
    folder.token = await register(folder.url, 'ana')
    return folder
  }

  get url(): string {
    return this.server?.url ?? ''
  }

  override async end(): Promise<void> {
    await this.server?.end('SIGKILL')
  }

  async start(): Promise<void> {
    this.server = await ServerProcess.start(this.db)
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
      page = prev === undefined ? '' : new URL(prev, this.url).href
    }
    return found.sort((a, b) => a - b)
  }

  get #messages(): string {
    return `${this.url}/v1/rooms/general/messages`
  }
}
