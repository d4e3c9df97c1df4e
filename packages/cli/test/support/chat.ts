import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ChatClient } from '@tertulia/client'
import { ServerProcess } from '../../../server/test/processes/support/server-process.ts'
import { Profile } from '../../src/identity/profile.ts'
import { runWarm } from './warm-chat.ts'

export const program = fileURLToPath(new URL('../../bin/chat.js', import.meta.url))

/** Where npm links the commands of this repository. */
const commands = fileURLToPath(new URL('../../../../node_modules/.bin', import.meta.url))

export interface Outcome {
  stdout: string
  stderr: string
  code: number | null
}

/** A home folder of somebody's own, and the environment that leads there. Nothing of the tests' own surroundings gets through. */
export class Home {
  readonly folder = mkdtempSync(join(tmpdir(), 'chat-home-'))
  readonly env: Record<string, string>

  constructor(env: Record<string, string> = {}) {
    this.env = {
      PATH: `${commands}:${process.env.PATH}`,
      HOME: this.folder,
      XDG_CONFIG_HOME: this.folder,
      LOGNAME: 'someone',
      TZ: 'UTC',
      LANG: 'C.UTF-8',
      ...env
    }
  }

  #client: ChatClient | undefined

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }

  /** What `chat join --as NAME` leaves behind, in a fraction of its time. */
  async join(server: string, name: string): Promise<void> {
    const { token } = await new ChatClient({ server }).users.register({ name })
    this.#client = new ChatClient({ server, token })
    await this.#client.members.put('general', 'me')
    const profile = Profile.ofUser(this.env)
    profile.remember({ server, name, token })
    profile.rememberJoin({ server, name, room: 'general' })
  }

  /** Speaks for whom {@link join} made, for what is no matter of a command. */
  get client(): ChatClient {
    if (!this.#client) throw new Error('Nobody lives in this home yet')
    return this.#client
  }

  /** Run `chat` to its end, quickly: see {@link runWarm}. Standard input is empty unless given. */
  chat(args: string[], { input = '', env = {} }: { input?: string; env?: Record<string, string> } = {}): Promise<Outcome> {
    return runWarm(args, { ...this.env, ...env }, input)
  }

  /** Run `chat` to its end in a process of its own; `host` is what is put before the command to run it elsewhere. */
  async chatAlone(
    args: string[],
    { input = '', env = {}, host = [] }: { input?: string; env?: Record<string, string>; host?: string[] } = {}
  ): Promise<Outcome> {
    const [command, ...rest] = [...host, process.execPath, program, ...args] as [string, ...string[]]
    const child = spawn(command, rest, { env: { ...this.env, ...env } })
    child.stdin.on('error', () => {})
    child.stdin.end(input)
    const running = new Running(child)
    const [code] = await once(child, 'close')
    return { stdout: running.stdout, stderr: running.stderr, code }
  }

  /** Run a line of shell to its end, in which `chat` is a command. */
  async shell(line: string): Promise<Outcome> {
    const running = new Running(spawn('sh', ['-c', line], { env: this.env, stdio: ['ignore', 'pipe', 'pipe'] }))
    const [code] = await once(running.child, 'close')
    return { stdout: running.stdout, stderr: running.stderr, code }
  }

  /** Start `chat` and leave it running. */
  start(args: string[], env: Record<string, string> = {}): Running {
    return new Running(
      spawn(process.execPath, [program, ...args], { env: { ...this.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
    )
  }
}

/** A program that runs, and what it has written so far. */
export class Running {
  readonly child: ChildProcess
  stdout = ''
  stderr = ''

  constructor(child: ChildProcess) {
    this.child = child
    child.stdout?.setEncoding('utf8').on('data', (text) => {
      this.stdout += text
    })
    child.stderr?.setEncoding('utf8').on('data', (text) => {
      this.stderr += text
    })
  }

  /** When it has written that. */
  async until(stream: 'stdout' | 'stderr', what: string | RegExp): Promise<void> {
    while (!(typeof what === 'string' ? this[stream].includes(what) : what.test(this[stream]))) {
      if (this.child.exitCode !== null) throw new Error(`ended with ${this.child.exitCode}: ${this.stdout}${this.stderr}`)
      await Promise.race([once(this.child.stdout!, 'data'), once(this.child.stderr!, 'data'), once(this.child, 'exit')])
    }
  }

  /** When it has ended by itself, all of its output included. */
  async ended(): Promise<number | NodeJS.Signals | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'close')
    return this.child.exitCode ?? this.child.signalCode
  }

  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | NodeJS.Signals | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.child.kill(signal)
      await once(this.child, 'exit')
    }
    return this.child.exitCode ?? this.child.signalCode
  }
}

/** A server of the test's own, with its database in a fresh folder and further flags. */
export async function startServer(...args: string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'chat-server-'))
  const file = join(folder, 'chat.db')
  const server = await ServerProcess.start(file, { args })
  return {
    url: server.url,
    /** Of the database. */
    file,
    server,
    /** The same one again, at the same address. */
    again: () => ServerProcess.start(file, { args, port: server.port }),
    remove: () => rmSync(folder, { recursive: true, force: true })
  }
}

/** A server, and for each of these people a home where it is the server, and where they have joined `general`. */
export async function startWith<const Names extends readonly string[]>(names: Names, ...args: string[]) {
  const server = await startServer(...args)
  const homes = names.map(() => new Home({ CHAT_SERVER: server.url })) as { [N in keyof Names]: Home }
  await Promise.all(homes.map((home, n) => home.join(server.url, names[n] as string)))
  const end = async () => {
    for (const home of homes) home.remove()
    await server.server.end()
    server.remove()
  }
  return { server, homes, end }
}
