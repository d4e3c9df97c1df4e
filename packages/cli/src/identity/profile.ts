import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { formerNameKey, nameKey } from '@tertulia/protocol/name-key'
import { CommandError } from '../failing/command-error.ts'
import { configFolder } from '../files/config-folder.ts'
import { fileName } from '../files/file-name.ts'
import { makeFolder } from '../files/make-folder.ts'
import { replaceFile } from '../files/replace-file.ts'
import { systemReason } from '../files/system-reason.ts'
import { utf8Text } from '../input/utf8.ts'
import { isSameServer, spellingsOf } from './same-server.ts'

/** A name on a server, and the token that speaks for it. */
export interface Identity {
  server: string
  name: string
  token: string
}

/** Where the last `chat join` went: the defaults of everything after it. */
export interface LastJoin {
  server: string
  name: string
  room: string
}

/**
 * What the command remembers in the user's home: one file per server and name, readable by nobody else, and the last join.
 * A file is replaced whole or not at all.
 */
export class Profile {
  readonly #folder: string | undefined

  /** @param folder  undefined: nothing is remembered, and nothing can be */
  constructor(folder: string | undefined) {
    this.#folder = folder
  }

  static ofUser(environment: NodeJS.ProcessEnv = process.env): Profile {
    return new Profile(configFolder(environment))
  }

  lastJoin(): LastJoin | undefined {
    return this.#folder === undefined ? undefined : read(lastJoinFile(this.#folder), ['server', 'name', 'room'])
  }

  /** Make it the defaults. @returns why they stay as they were, such as `permission denied`; undefined: they do not */
  rememberJoin(join: LastJoin): string | undefined {
    if (this.#folder === undefined) return 'you have no home folder'
    try {
      replaceJson(lastJoinFile(this.#folder), join)
    } catch (error) {
      return systemReason(error)
    }
  }

  identity(server: string, name: string): Identity | undefined {
    return this.#folder === undefined ? undefined : readIdentity(knownFile(this.#folder, server, name))
  }

  /** Every name on a server, in the order of their names. */
  identities(server: string): Identity[] {
    if (this.#folder === undefined) return []
    const files = new Map<string, string>()
    for (const folder of serverFolders(this.#folder, server)) {
      for (const file of entries(folder).filter((name) => name.endsWith('.json'))) {
        if (!files.has(file)) files.set(file, join(folder, file))
      }
    }
    return [...files].sort().flatMap(([, path]) => readIdentity(path) ?? [])
  }

  /** Where a name is remembered, in whatever spelling; a server once. */
  serversOf(name: string): string[] {
    if (this.#folder === undefined) return []
    const folder = join(this.#folder, 'identities')
    const servers = entries(folder)
      .sort()
      .flatMap((each) => readIdentity(identityFile(join(folder, each), name))?.server ?? [])
    return servers.filter((server, n) => servers.findIndex((other) => isSameServer(other, server)) === n)
  }

  /** Every server where a name is remembered. */
  servers(): string[] {
    if (this.#folder === undefined) return []
    const folder = join(this.#folder, 'identities')
    return entries(folder)
      .sort()
      .flatMap((each) => {
        const file = entries(join(folder, each)).find((name) => name.endsWith('.json'))
        return file === undefined ? [] : (readIdentity(join(folder, each, file))?.server ?? [])
      })
  }

  /**
   * Make sure that an identity on a server can be remembered: to be done before there is one, for its token is shown only once.
   * @throws CommandError when it could not be kept
   */
  prepare(server: string): void {
    const [folder] = serverFolders(this.#writable, server)
    saving(this.#writable, () => {
      makeFolder(folder)
      const trial = join(folder, `.trial.${process.pid}`)
      writeFileSync(trial, 'x', { mode: 0o600, flush: true })
      rmSync(trial)
    })
  }

  remember(identity: Identity): void {
    const folder = this.#writable
    saving(folder, () => replaceJson(knownFile(folder, identity.server, identity.name), identity))
  }

  /** Know nothing more of this name on this server. @throws CommandError */
  forget({ server, name }: Pick<Identity, 'server' | 'name'>): void {
    const folder = this.#writable
    saving(folder, () => {
      for (const each of serverFolders(folder, server)) rmSync(identityFile(each, name), { force: true })
    })
  }

  get #writable(): string {
    if (this.#folder !== undefined) return this.#folder
    throw new CommandError(`You have no home folder in which to remember your name. ${elsewhere}`, {
      exit: 'unexpected',
      code: 'profile-not-writable'
    })
  }
}

const lastJoinFile = (folder: string): string => join(folder, 'last-join.json')

/** Where names on a server may be: in the folder of its address as it was given, and of other spellings that were used before. */
const serverFolders = (folder: string, server: string): [string, ...string[]] =>
  spellingsOf(server).map((spelling) => join(folder, 'identities', fileName(spelling))) as [string, ...string[]]

/** Where a name on a server is, or is to be. */
function knownFile(folder: string, server: string, name: string): string {
  const [first, ...others] = serverFolders(folder, server).map((each) => identityFile(each, name)) as [string, ...string[]]
  return existsSync(first) ? first : (others.find((file) => existsSync(file)) ?? first)
}

/** In the folder of a server one file for every spelling of a name: to the server they are the same. One that has its former key stays where it is. */
function identityFile(folder: string, name: string): string {
  const [file, former] = [nameKey(name), formerNameKey(name)].map((key) => join(folder, fileName(key, '.json')))
  return former !== undefined && existsSync(former) ? former : (file as string)
}

function replaceJson(file: string, value: object): void {
  makeFolder(dirname(file))
  replaceFile(file, `${JSON.stringify(value, null, 2)}\n`)
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if (isMissing(error)) return []
    throw unreadable(folder, error)
  }
}

function read<T>(file: string, members: readonly (keyof T & string)[]): T | undefined {
  let bytes: Buffer
  try {
    bytes = readFileSync(file)
  } catch (error) {
    if (isMissing(error)) return undefined
    throw unreadable(file, error)
  }
  try {
    const value = JSON.parse(utf8Text(bytes))
    if (members.every((member) => typeof value[member] === 'string')) return value
  } catch {}
  throw new CommandError(`${file} is damaged. Delete it, and join again.`, { exit: 'unexpected', code: 'profile-damaged' })
}

const readIdentity = (file: string): Identity | undefined => read(file, ['server', 'name', 'token'])

function saving(folder: string, save: () => void): void {
  try {
    save()
  } catch (error) {
    throw new CommandError(`Cannot write to ${folder} (${systemReason(error)}). ${elsewhere}`, {
      exit: 'unexpected',
      code: 'profile-not-writable',
      cause: error
    })
  }
}

const unreadable = (path: string, error: unknown) =>
  new CommandError(`Cannot read ${path} (${systemReason(error)}). ${elsewhere}`, {
    exit: 'unexpected',
    code: 'profile-not-readable',
    cause: error
  })

const elsewhere = 'Set XDG_CONFIG_HOME to a folder of your own, or set CHAT_SERVER and CHAT_TOKEN.'

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')
