import { boolean, string } from '@oclif/core/flags'
import { ChatClient, type ClientOptions, type ConnectionError, ProblemError, type Transport } from '@tertulia/client'
import { nodeHttp } from '@tertulia/client/node-http'
import { neutralise } from '@tertulia/protocol/neutralise'
import { beforeMark } from './before-mark.ts'
import { Command } from './command.ts'
import { roomDefault, serverDefault } from './defaults.ts'
import { CommandError } from './failing/command-error.ts'
import { type Access, accessFor, type Wishes } from './identity/access.ts'
import { Profile } from './identity/profile.ts'
import { isSameServer } from './identity/same-server.ts'
import { refuseDamaged } from './input/damaged-words.ts'
import { commandLine } from './printing/command-lines.ts'
import type { OutputFormat } from './printing/event-lines.ts'
import { OutputError, writeLines } from './printing/standard-output.ts'
import { writeTalk } from './printing/write-talk.ts'
import { chat } from './program.ts'
import { typedPlace } from './typed-place.ts'

/** A client that speaks for somebody, and where it was told to. */
export interface SignedIn {
  client: ChatClient
  server: string
  room: string
}

/** What every command shares: where to go and as whom, and how it answers. Data goes to stdout, talk to stderr. */
export abstract class ChatCommand extends Command {
  static override baseFlags = {
    server: string({
      summary: 'Address of the server',
      defaultHelp: `where you joined last, else ${serverDefault}`,
      env: 'CHAT_SERVER',
      helpValue: 'URL',
      helpGroup: 'GLOBAL'
    }),
    as: string({
      summary: 'Your name on the server',
      defaultHelp: 'that of your last join there',
      env: 'CHAT_AS',
      helpValue: 'NAME',
      helpGroup: 'GLOBAL'
    }),
    room: string({
      summary: 'The room',
      defaultHelp: `the one that you joined last, else ${roomDefault}`,
      env: 'CHAT_ROOM',
      helpValue: 'ROOM',
      helpGroup: 'GLOBAL'
    }),
    json: boolean({ summary: 'Print JSON, and errors as JSON', helpGroup: 'GLOBAL' }),
    explain: boolean({ summary: 'Show and explain each exchange with the server', helpGroup: 'GLOBAL' })
  }

  protected readonly profile = Profile.ofUser()
  /** Set by --explain, until there is a conversation that it would disturb. */
  protected explains = false
  /** What to do about a word that is not UTF-8. */
  protected readonly ifDamaged: string = `To send a text in another encoding: iconv -f ISO-8859-1 -t UTF-8 FILE | ${chat} send -`
  /** What has been done, as a whole sentence: told where the output that would say so cannot be written. */
  protected done: string | undefined

  override async perform(): Promise<void> {
    refuseDamaged(this.argv, process.env, this.ifDamaged)
    this.explains = beforeMark(this.argv).includes('--explain')
    try {
      await super.perform()
    } catch (error) {
      throw error instanceof OutputError && this.done !== undefined ? new OutputError(error.cause, this.done) : error
    }
  }

  /** Lines of data. What there is to say with --json is what `run` returns. */
  protected async print(...lines: readonly string[]): Promise<void> {
    if (!this.jsonEnabled()) await writeLines(lines.map(neutralise))
  }

  /** A sentence for people who watch, and lines to be copied; scripts are not told. */
  protected async say(sentence: string, ...below: readonly string[]): Promise<void> {
    if (process.stderr.isTTY && !this.jsonEnabled()) await writeTalk(sentence, ...below)
  }

  /** What a change was, once it is made: said to people, and kept for whoever cannot be given the output. */
  protected async did(sentence: string): Promise<void> {
    this.done = sentence
    await this.say(sentence)
  }

  /** The line of another command that goes to the same place: with the --server and the --as that were typed. */
  protected line(...words: string[]): string {
    return commandLine([...words, ...typedPlace(this.argv)])
  }

  /** With the --room too. */
  protected lineInRoom(...words: string[]): string {
    return commandLine([...words, ...typedPlace(this.argv, ['server', 'as', 'room'])])
  }

  /** The line of this command once more: the words that name it, and further flags, then all that was typed. */
  protected lineAgain(...words: string[]): string {
    return commandLine([...words, ...this.argv])
  }

  /** What suits whoever reads standard output: aligned for eyes, separated by tabs in a pipe. */
  protected get format(): OutputFormat {
    return this.jsonEnabled() ? 'json' : process.stdout.isTTY ? 'terminal' : 'tabs'
  }

  /**
   * Print each page of a list as it comes: rows under a head for eyes, columns separated by tabs for a pipe. JSON is what `run` returns.
   * @returns everything that was listed
   */
  protected async printList<T>(
    head: readonly string[],
    pages: AsyncIterable<readonly T[]>,
    cells: (item: T) => readonly string[]
  ): Promise<T[]> {
    const [{ Table }, { tabLine }] = await Promise.all([import('./printing/table.ts'), import('./printing/tab-lines.ts')])
    const table = new Table(head, process.stdout.columns || 80)
    const all: T[] = []
    for await (const page of pages) {
      all.push(...page)
      const rows = page.map(cells)
      if (this.format !== 'json') await writeLines(this.format === 'terminal' ? table.lines(rows) : rows.map(tabLine))
    }
    return all
  }

  protected access(wishes: Wishes): Access {
    return accessFor(wishes, this.profile, process.env)
  }

  protected clientOf(server: string, token?: string, onRetry?: ClientOptions['onRetry']): ChatClient {
    return new ChatClient({ server, token, transport: this.#transport(), onRetry })
  }

  /**
   * As whoever is known; somebody new at a terminal is asked for a name and registered, unless `ask` is false.
   * @throws CommandError no-identity
   */
  protected async signedIn(wishes: Wishes, { ask = true } = {}): Promise<SignedIn> {
    const { server, room, who } = this.access(wishes)
    const clientOf = (token: string) => this.clientOf(server, token, this.sayLater)
    if ('token' in who) return { client: clientOf(who.token), server, room }
    if (!ask || !this.canAsk) throw this.#noIdentity(server, who.name)
    const { reach, registerByAsking } = await import('./identity/registration.ts')
    await reach(this.clientOf(server))
    const identity = await registerByAsking(this.clientOf(server), server, this.profile, { offered: who.name })
    if (identity === undefined) throw this.#noIdentity(server, who.name)
    await this.say(`You are now ${identity.name} on ${server}; this computer remembers it.`)
    return { client: clientOf(identity.token), server, room }
  }

  #transport(): Transport {
    const transport = nodeHttp()
    if (!this.explains) return transport
    const tell = (line: string) => process.stderr.write(`${line}\n`)
    const explained = import('./explaining/explaining.ts').then(({ explaining }) => explaining(transport, tell))
    return async (request) => (this.explains ? (await explained)(request) : transport(request))
  }

  /** Whoever sees nothing for seconds would interrupt. */
  protected readonly sayLater = async (failure: ProblemError | ConnectionError, waitMs: number): Promise<void> => {
    const why = failure instanceof ProblemError ? `${failure.status} ${failure.code}` : failure.message
    await this.say(`Not done yet: ${why}. Trying again in ${Math.max(1, Math.round(waitMs / 1000))} s.`)
  }

  /** There is somebody at a terminal who can answer a question. */
  protected get canAsk(): boolean {
    return process.stdin.isTTY === true && process.stderr.isTTY === true && !this.jsonEnabled()
  }

  /**
   * Let somebody at a terminal type a name before what cannot be undone.
   * @param what  whole sentences
   * @param words  of the command, and of the flag with which it does not ask
   * @throws CommandError usage, when they do not, or nobody is there
   */
  protected async confirm(what: string, name: string, words: readonly string[]): Promise<void> {
    // With all that was typed: without its --server and --as it would go elsewhere.
    if (!this.canAsk) throw CommandError.usage(`${what} To go ahead without being asked: ${this.lineAgain(...words)}`)
    const { answerTo } = await import('./input/questions.ts')
    await writeTalk(what)
    const answer = await answerTo(`Type ${name} to go ahead: `)
    if (answer?.trim() !== name) throw CommandError.usage(`That is not “${name}”; nothing was changed.`)
  }

  #noIdentity(server: string, name: string | undefined): CommandError {
    const there = isSameServer(server, this.profile.lastJoin()?.server ?? serverDefault) ? [] : [server]
    const join = commandLine(['join', ...there, '--as', name ?? 'NAME'])
    const facts = { exit: 'notAllowed', code: 'no-identity' } as const
    if (name === undefined) return new CommandError(`You have no name on ${server} yet. Choose one: ${join}`, facts)
    const known = this.profile.identities(server).map((identity) => identity.name)
    const others = known.length > 0 ? `, only as ${known.join(', ')}` : ''
    const lines = [
      `You are not signed in to ${server} as “${name}” on this computer${others}.`,
      `If the name is yours, sign in: ${commandLine(['login', ...there, '--as', name])}`,
      `If it is free, take it: ${join}`
    ]
    return new CommandError(lines.join('\n'), facts)
  }
}
