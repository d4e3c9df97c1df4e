import { Command } from '@oclif/core/command'
import { string } from '@oclif/core/flags'
import { ChatClient, type ClientOptions, type ConnectionError, ProblemError } from '@tertulia/client'
import { nodeHttp } from '@tertulia/client/node-http'
import { type Access, accessFor, type Wishes } from './access.ts'
import { CommandError } from './command-error.ts'
import type { Face } from './printing/faces.ts'
import { jsonLine } from './printing/json-line.ts'
import { writeLines } from './printing/standard-output.ts'
import { Profile } from './profile.ts'

/** A client that speaks for somebody, and where it was told to. */
export interface SignedIn {
  client: ChatClient
  server: string
  room: string
}

/** What every command shares: where to go and as whom, and how it answers. Data goes to stdout, talk to stderr. */
export abstract class ChatCommand extends Command {
  static override enableJsonFlag = true
  static override baseFlags = {
    server: string({
      summary: 'Address of the server',
      env: 'CHAT_SERVER',
      helpValue: 'URL',
      helpGroup: 'GLOBAL',
      noCacheDefault: true
    }),
    as: string({ summary: 'Your name there', env: 'CHAT_AS', helpValue: 'NAME', helpGroup: 'GLOBAL' }),
    room: string({ summary: 'The room', env: 'CHAT_ROOM', helpValue: 'ROOM', helpGroup: 'GLOBAL' })
  }

  protected readonly profile = Profile.ofUser()

  /** Every failure is reported in one place, by `main`. */
  override async catch(error: Error): Promise<never> {
    throw error
  }

  override logJson(value: unknown): void {
    process.stdout.write(`${jsonLine(value)}\n`)
  }

  /** A sentence for people who watch; scripts are not told. */
  protected say(sentence: string): void {
    if (process.stderr.isTTY && !this.jsonEnabled()) process.stderr.write(`${sentence}\n`)
  }

  /** Data for whoever reads standard output: aligned for eyes, in columns for a pipe. */
  protected get face(): Face {
    return this.jsonEnabled() ? 'json' : process.stdout.isTTY ? 'terminal' : 'columns'
  }

  /** Rows under a head for eyes, columns separated by tabs for a pipe. JSON is what `run` returns. */
  protected async printTable(head: readonly string[], rows: readonly (readonly string[])[]): Promise<void> {
    if (this.face === 'json') return
    const [{ tableLines }, { tabLine }] = await Promise.all([import('./printing/table.ts'), import('./printing/tab-line.ts')])
    await writeLines(this.face === 'terminal' ? tableLines(head, rows, process.stdout.columns || 80) : rows.map(tabLine))
  }

  protected access(wishes: Wishes): Access {
    return accessFor(wishes, this.profile, process.env)
  }

  protected clientOf(server: string, token?: string, more: Pick<ClientOptions, 'onRetry'> = {}): ChatClient {
    return new ChatClient({ server, transport: nodeHttp(), ...(token !== undefined && { token }), ...more })
  }

  /**
   * As whoever is known; somebody new at a terminal is asked for a name and registered, unless `ask` is false.
   * @throws CommandError no-identity
   */
  protected async signedIn(wishes: Wishes, { ask = true } = {}): Promise<SignedIn> {
    const { server, room, who } = this.access(wishes)
    const clientOf = (token: string) => this.clientOf(server, token, { onRetry: (...why) => this.#sayLater(...why) })
    if ('token' in who) return { client: clientOf(who.token), server, room }
    if (!ask || !this.canAsk) throw noIdentity(server, who.name)
    const { registerByAsking } = await import('./registration.ts')
    const { name, token } = await registerByAsking(this.clientOf(server), server, this.profile, who.name)
    this.say(`You are ${name} on ${server} now; that is remembered here.`)
    return { client: clientOf(token), server, room }
  }

  /** Whoever sees nothing for seconds would interrupt. */
  #sayLater(failure: ProblemError | ConnectionError, waitMs: number): void {
    const why = failure instanceof ProblemError ? `${failure.status} ${failure.code}` : failure.message
    this.say(`Not done yet: ${why}. Trying again in ${Math.max(1, Math.round(waitMs / 1000))} s.`)
  }

  /** There is somebody at a terminal who can answer a question. */
  protected get canAsk(): boolean {
    return process.stdin.isTTY === true && process.stderr.isTTY === true && !this.jsonEnabled()
  }
}

function noIdentity(server: string, name: string | undefined): CommandError {
  const what = name === undefined ? 'You have no name' : `You are not known as “${name}”`
  return new CommandError(`${what} on ${server} yet. Choose one: chat join --as ${name ?? 'NAME'}`, {
    exit: 'notAllowed',
    code: 'no-identity'
  })
}
