import { type Answer, ask } from './ask.ts'

/** What somebody asks a server for, as whom. */
interface Asking {
  who: string
  path: string
}

/** A chat that has one of everything, made over HTTP; the same people ask the server that has it later. */
export class WholeChat {
  readonly tokens: Record<string, string> = {}
  link = ''
  invite = ''
  /** The page of the search that comes after the first. */
  nextFound = ''
  #url: string

  private constructor(url: string) {
    this.#url = url
  }

  /** @param url  of a server without a chat */
  static async make(url: string): Promise<WholeChat> {
    const chat = new WholeChat(url)
    await chat.#people()
    await chat.#rooms()
    await chat.#talk()
    return chat
  }

  /** The same chat is at another server now. */
  moveTo(url: string): void {
    this.#url = url
  }

  ask(method: string, path: string, who = 'ana', json?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const token = this.tokens[who]
    return ask(method, `${this.#url}${path}`, { json, headers, ...(token === undefined ? {} : { token }) })
  }

  /** All that people see of it: status, version, links and body, by who asks and what for. */
  async answers(): Promise<Record<string, unknown>> {
    const answers: Record<string, unknown> = {}
    for (const { who, path } of everything) {
      const { status, headers, body } = await this.ask('GET', path, who)
      if (status >= 400) delete body.instance // the number of the request
      answers[`${who} ${path}`] = { status, etag: headers.etag, link: headers.link, body }
    }
    return answers
  }

  /** As {@link answers}, of those that have an ETag: who asks, what for, and the ETag. */
  static etagsOf(answers: Record<string, unknown>): [who: string, path: string, etag: string][] {
    return Object.entries(answers as Record<string, { etag?: string }>).flatMap(([asked, { etag }]) => {
      const [who = '', path = ''] = asked.split(' ')
      return etag === undefined ? [] : [[who, path, etag] as [string, string, string]]
    })
  }

  async #people(): Promise<void> {
    for (const name of ['ana', 'luis', 'Ñandú', 'gone', 'straße']) {
      this.tokens[name] = (await this.#did('POST', '/v1/users', '', { name, password: `${name} has a password` })).body.token
    }
    const bot = await this.#did('POST', '/v1/bots', 'ana', { name: 'robi' })
    this.tokens.robi = bot.body.token
    const reading = { name: 'reads general', scope: 'read', rooms: ['general'] }
    this.tokens.reader = (await this.#did('POST', '/v1/tokens', 'ana', reading)).body.token
    const { id } = (await this.#did('POST', '/v1/tokens', 'ana', { name: 'ended', scope: 'write', rooms: null })).body
    await this.#did('DELETE', `/v1/tokens/${id}`, 'ana')
    this.link = (await this.#did('POST', '/v1/links', 'luis', {})).body.code
  }

  async #rooms(): Promise<void> {
    await this.#did('POST', '/v1/rooms', 'ana', { name: 'Ops', title: 'What “runs” — ñ 🚀', visibility: 'private' })
    await this.#did('POST', '/v1/rooms', 'luis', { name: 'old-news' })
    await this.#did('PATCH', '/v1/rooms/Ops', 'ana', { retainDays: 30 })
    await this.#did('PUT', '/v1/rooms/Ops/members/luis', 'ana', { role: 'moderator' })
    this.invite = (await this.#did('POST', '/v1/invites', 'ana', { room: 'Ops', uses: 3 })).body.code
    await this.#did('PUT', '/v1/rooms/Ops/members/straße', 'straße', { invite: this.invite })
    await this.#did('PUT', '/v1/rooms/Ops/members/gone', 'ana', {})
    await this.#did('PUT', '/v1/rooms/Ops/members/gone', 'ana', { role: 'banned' })
  }

  async #talk(): Promise<void> {
    const say = (who: string, text: string, room = 'general', key?: string) =>
      this.#did('POST', `/v1/rooms/${room}/messages`, who, { text }, key === undefined ? {} : { 'idempotency-key': `"${key}"` })
    await say('ana', 'the first words')
    await say('luis', 'words with a mistaek')
    await say('Ñandú', 'words that go')
    await say('luis', 'sent once', 'general', 'key-1')
    await say('gone', 'words of somebody who leaves')
    for (const text of texts) await say('robi', text)
    await say('ana', 'words among us', 'Ops')
    await say('luis', 'yesterday’s words', 'old-news')
    const { messages } = (await this.#did('GET', '/v1/rooms/general/messages', 'ana')).body
    const idOf = (text: string) => messages.find((one: { text: string }) => one.text === text).id
    await this.#did('PUT', `/v1/rooms/general/messages/${idOf('words with a mistaek')}`, 'luis', {
      text: 'words without a mistake'
    })
    await this.#did('DELETE', `/v1/rooms/general/messages/${idOf('words that go')}`, 'Ñandú')
    await this.#did('PUT', '/v1/rooms/general/read-marker', 'luis', { upTo: 5 })
    await this.#did('PATCH', '/v1/rooms/old-news', 'luis', { archived: true })
    await this.#did('DELETE', '/v1/users/me', 'gone')
    const found = await this.#did('GET', '/v1/search?q=words&limit=2', 'ana')
    this.nextFound = /<([^>]+)>; rel="?next/.exec(String(found.headers.link))?.[1] ?? ''
  }

  async #did(method: string, path: string, who: string, json?: unknown, headers?: Record<string, string>): Promise<Answer> {
    const answer = await this.ask(method, encodeURI(path), who, json, headers)
    if (answer.status >= 300) throw new Error(`${method} ${path} as ${who}: ${JSON.stringify(answer.body)}`)
    return answer
  }
}

/** What is odd about texts, as far as a server takes it. */
const texts = [
  'café, CAFÉ and cafe\u0301',
  'emoji 👩‍👩‍👧‍👦 🏳️‍🌈 and שלום مرحبا',
  'C++20 \\ "quotes" {braces} NULL \\N \t tab\nand a line',
  '\ufffd \u0001 \uffff words with a zero\u200bwidth',
  "it's 100 % of 'it'",
  '猫が好き',
  `long ${'wörds '.repeat(600)}`
]

const paths = [
  '/v1/users/me',
  '/v1/users/luis',
  '/v1/users/STRASSE',
  '/v1/tokens',
  '/v1/invites',
  '/v1/invites?room=Ops',
  '/v1/rooms',
  '/v1/rooms?member=true&limit=1',
  '/v1/rooms/general',
  '/v1/rooms/ops',
  '/v1/rooms/Ops',
  '/v1/rooms/old-news',
  '/v1/rooms/general/members',
  '/v1/rooms/Ops/members',
  '/v1/rooms/Ops/members?role=banned',
  '/v1/rooms/general/messages',
  '/v1/rooms/general/messages?limit=3',
  '/v1/rooms/general/messages?limit=3&before=12',
  '/v1/rooms/Ops/messages',
  ...Array.from({ length: 12 }, (_, n) => `/v1/rooms/general/messages/${n + 1}`),
  '/v1/rooms/general/events?after=0',
  '/v1/rooms/Ops/events?after=0',
  '/v1/rooms/old-news/events?after=0',
  '/v1/events?after=@me:0',
  '/v1/rooms/general/export',
  '/v1/search?q=words',
  '/v1/search?q=words&limit=2',
  '/v1/search?q=cafe',
  '/v1/search?q=%22c%2B%2B20%22',
  '/v1/search?q=%E7%8C%AB',
  '/v1/search?q=wor&author=luis',
  '/v1/search?q=words&room=Ops'
]
const everything: Asking[] = ['ana', 'luis', 'Ñandú', 'straße', 'robi', 'reader', 'gone'].flatMap((who) =>
  paths.map((path) => ({ who, path }))
)
