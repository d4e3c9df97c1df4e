import { expect, onTestFinished } from 'vitest'
import { type Answer, ask, register } from '../../processes/support/ask.ts'
import { runCommand } from '../../processes/support/run-command.ts'
import { ServerProcess } from '../../processes/support/server-process.ts'
import { isLong } from '../../support/test-length.ts'

/** What became of a text: it was acknowledged with this number, refused for good, or nobody knows. */
type Fate = number | 'refused' | 'unknown'

/**
 * A real server on one database, with somebody who sends texts, each different, and remembers what became of each. However often
 * the server fails and starts again, it has to show what was acknowledged, and nothing that was refused.
 */
export class Witness {
  readonly file: string
  readonly #under: readonly string[]
  readonly #fates = new Map<string, Fate>()
  #server: ServerProcess | undefined
  #port = 0
  #token = ''

  /** @param under  what is put before the server's name */
  static async start(file: string, under: readonly string[] = []): Promise<Witness> {
    const witness = new Witness(file, under)
    onTestFinished(() => witness.kill())
    await witness.start()
    witness.#token = await register(witness.url, 'ana')
    return witness
  }

  private constructor(file: string, under: readonly string[]) {
    this.file = file
    this.#under = under
  }

  async start(): Promise<void> {
    this.#server = await ServerProcess.start(this.file, { port: this.#port, under: [...this.#under] })
    this.#port = this.#server.port
  }

  async stop(): Promise<void> {
    expect(await this.#server?.end('SIGTERM')).toBe(0)
    this.#server = undefined
  }

  async kill(): Promise<void> {
    await this.#server?.end('SIGKILL')
    this.#server = undefined
  }

  /** The same after every start. */
  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  get pid(): number {
    return this.#server?.pid ?? 0
  }

  get token(): string {
    return this.#token
  }

  get = (path: string): Promise<Answer> => ask('GET', this.url + path, { token: this.#token })
  post = (path: string, json: unknown): Promise<Answer> => ask('POST', this.url + path, { token: this.#token, json })

  /** Send one text of about as many characters, with its number as the key; the same number again repeats it. */
  async send(chars = 10, n = this.#fates.size): Promise<Answer> {
    const text = `text ${n} `.padEnd(chars, 'x')
    this.#fates.set(text, 'unknown')
    const answer = await ask('POST', `${this.url}/v1/rooms/general/messages`, {
      token: this.#token,
      json: { text },
      headers: { 'idempotency-key': `key-${n}` }
    })
    const { status, body } = answer
    if (status === 201) this.#fates.set(text, body.id)
    else if (body.code !== 'storage-failed') this.#fates.set(text, 'refused')
    return answer
  }

  /** Send until an answer has this status, and give that. Whatever comes before is acknowledged. */
  async sendUntil(status: number, chars = 3_900): Promise<Answer> {
    for (;;) {
      const answer = await this.send(chars)
      if (answer.status === status) return answer
      expect(answer.status).toBe(201)
    }
  }

  /** The whole log of the room. */
  // biome-ignore lint/suspicious/noExplicitAny: the tests say what they expect of it
  async log(): Promise<any[]> {
    const events = []
    for (let after = '0'; ; ) {
      const { status, body } = await this.get(`/v1/rooms/general/events?after=${after}&limit=500`)
      expect(status).toBe(200)
      events.push(...body.events)
      after = body.cursor
      if (!body.more) return events
    }
  }

  /** Everything that was acknowledged is shown, once and with its number; nothing that was refused is; no number is missing. */
  async expectKept(): Promise<void> {
    const log = await this.log()
    expect(log.map(({ seq }) => seq)).toEqual(log.map((_, i) => i + 1))
    const shown = log.filter(({ type }) => type === 'message.created').map(({ message }) => [message.text, message.id] as const)
    const ids = new Map(shown)
    expect(ids.size).toBe(shown.length)
    for (const [text, fate] of this.#fates) {
      if (fate === 'refused') expect(ids.has(text)).toBe(false)
      if (typeof fate === 'number') expect([text, ids.get(text)]).toEqual([text, fate])
    }
    for (const [text] of shown) expect(this.#fates.has(text)).toBe(true)
  }

  /** The database is in order, as `chat-server check` sees it. */
  async expectInOrder(): Promise<void> {
    expect(await runCommand(['check', '--db', this.file], this.#under)).toMatchObject({ code: 0 })
  }

  /** A new start of what there is: all of it is kept, in order, and can be written again. */
  async expectKeptByRestart(): Promise<void> {
    await this.kill()
    await this.start()
    await this.expectKept()
    expect((await this.send()).status).toBe(201)
    await this.expectKept()
    await this.stop()
    if (isLong) await this.expectInOrder()
  }
}

/** The refusal of a write, or of a read, that the storage could not do. */
export function expectRefused({ status, headers, body }: Answer, wanted: number, code: string): void {
  expect([status, body.code]).toEqual([wanted, code])
  expect(headers['content-type']).toMatch(/^application\/problem\+json/)
}
