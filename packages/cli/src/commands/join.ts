import { fstatSync } from 'node:fs'
import { string as room } from '@oclif/core/args'
import { boolean, string } from '@oclif/core/flags'
import { type ChatClient, ConnectionError, ProblemError } from '@tertulia/client'
import type { Entered } from '@tertulia/protocol'
import { neutralise } from '@tertulia/protocol/neutralise'
import { inviteLink } from '@tertulia/protocol/page-link'
import { ChatCommand } from '../chat-command.ts'
import { roomDefault } from '../defaults.ts'
import { CommandError } from '../failing/command-error.ts'
import { exitCodeOf } from '../failing/exit-code-of.ts'
import { interruptible } from '../failing/interruption.ts'
import { unknownOutcome } from '../failing/unknown-outcome.ts'
import { type Access, placeFor, type Wishes } from '../identity/access.ts'
import { addressOfHost, type Destination, destinationOf, mayBeHost } from '../identity/destination.ts'
import { placeFlags } from '../identity/place-flags.ts'
import type { Identity } from '../identity/profile.ts'
import { lostAnswer, reach, register, registerByAsking } from '../identity/registration.ts'
import { signIn, tokenIsSet } from '../identity/signing-in.ts'
import { commandLine } from '../printing/command-lines.ts'
import { shellWord } from '../printing/shell-word.ts'
import { writeLines } from '../printing/standard-output.ts'
import { writeTalk } from '../printing/write-talk.ts'
import { chat, chatServer } from '../program.ts'

/** The code of an invite, and the room that it leads into, if it leads into one. */
interface Invitation {
  code: string
  room: string | undefined
}

interface Entry {
  client: ChatClient
  name: string
  isNew: boolean
}

export default class Join extends ChatCommand {
  static override summary = 'Join a room; on a terminal, talk in it'
  static override description =
    'The first time you use a name, it is registered, and remembered on this computer. The server, name and room become the defaults for the other commands.'
  static override examples = [
    { description: "Talk in general on this computer's server, under a new name", command: `${chat} join --as ana` },
    { description: 'On a server elsewhere', command: `${chat} join http://203.0.113.9:1543 --as ana` },
    { description: 'In another room of the server that you used last', command: `${chat} join ops` },
    {
      description: 'With an invite',
      command: `${chat} join \\\n  'http://203.0.113.9:1543/#join=K7QF29XMHB4T0RZC8W6VDN3GYE' --as luis`
    }
  ]
  static override exits = {
    0: 'you left, or without a terminal: you joined',
    3: 'the room is not for you, or the server lets nobody new in',
    4: 'there is no such room, or the invite is spent',
    5: 'the name is taken',
    7: 'no connection, or something that you wrote was not sent',
    8: 'nobody knows whether something that you wrote was sent'
  }
  static override args = {
    where: room({
      description: 'a room, a server, the address of a room in the browser, or a link with a code',
      ignoreStdin: true
    })
  }
  static override flags = {
    invite: string({ summary: 'Join with the code of an invite', helpValue: 'CODE' }),
    plain: boolean({ summary: 'For screen readers: draw nothing anew, and show what arrives once your line is sent' }),
    'no-bell': boolean({ summary: 'Do not ring when somebody calls your name' })
  }

  async run(): Promise<Entered> {
    const { args, flags } = await this.parse(Join)
    const { code, invite, ...where } = wayTo(args.where, flags.invite)
    const wishes = { ...flags, ...where }
    const { server, room: usual, who } = code === undefined ? this.access(wishes) : await this.#signedInBy(code, wishes)
    const invitation = invite === undefined ? undefined : await this.#invitation(server, invite, who)
    // The room of the last join may be a private one, which somebody new does not see.
    const wished = invitation?.room ?? where.room ?? flags.room ?? ('token' in who ? usual : roomDefault)
    const { client, name, isNew } = await this.#enter(server, wished, who, invitation).catch((error) => {
      throw args.where !== undefined && where.room === args.where ? withServerHint(error, where.room) : error
    })
    const room = (await client.rooms.get(wished)).name
    const joined = { server, room, name }
    const lacking = process.env.CHAT_TOKEN ? undefined : this.#makeDefault(joined)

    const how = isNew ? ' (new name, remembered here)' : code !== undefined ? ' (signed in, remembered here)' : ''
    const sentence = `Joined ${room} at ${server} as ${name}${how}${lacking ?? '.'}`
    this.done = sentence
    if (this.canAsk && process.stdout.isTTY)
      await this.#talk(sentence, client, joined, { plain: flags.plain, bell: !flags['no-bell'] })
    else if (!this.jsonEnabled() || lacking !== undefined) {
      await writeTalk(sentence)
      if (mayGiveText() && !this.jsonEnabled()) await writeTalk(onlyJoins)
    }
    return joined
  }

  /** @returns what those who call the next command have to know, as the end of a sentence, if it would not go to the same place */
  #makeDefault(joined: Entered): string | undefined {
    const reason = this.profile.rememberJoin(joined)
    const flags = reason === undefined ? [] : placeFlags(joined, this.profile, process.env)
    if (flags.length === 0) return undefined
    return `, but it could not be made your default (${reason}). Use ${flags.map(shellWord).join(' ')}`
  }

  /** As whom a code of another device signs in, and where. */
  async #signedInBy(code: string, wishes: Wishes): Promise<Access> {
    if (process.env.CHAT_TOKEN) throw tokenIsSet()
    const { server, room } = placeFor(wishes, this.profile.lastJoin(), process.env)
    const who = await signIn(this.clientOf(server, undefined, this.sayLater), server, this.profile, { code })
    return { server, room, who }
  }

  /**
   * Where a code leads, before it is spent.
   * @throws CommandError for a code that is of no use to somebody who is on the server already
   */
  async #invitation(server: string, code: string, who: Access['who']): Promise<Invitation> {
    const { room, admin } = await this.clientOf(server, undefined, this.sayLater).invites.lookup(code)
    if (room !== null || !('token' in who)) return { code, room: room ?? undefined }
    const name = 'name' in who ? who.name : (await this.clientOf(server, who.token).users.me()).name
    const asAdmin = admin ? `\nTo make ${name} an admin, on the server: ${chatServer} user admin ${shellWord(name)}` : ''
    throw new CommandError(
      `You are on ${server} already, as ${name}; this invite is for a new name.\nTo take one with it: ${commandLine(['join', inviteLink(server, code), '--as', 'NAME'])}${asAdmin}`,
      { exit: 'conflict', code: 'already-registered' }
    )
  }

  async #enter(server: string, room: string, who: Access['who'], invitation?: Invitation): Promise<Entry> {
    if (!('token' in who)) return this.#enterAnew(server, room, who.name, invitation)
    const client = this.clientOf(server, who.token)
    try {
      const name = 'name' in who ? who.name : (await client.users.me()).name
      await enterRoom(client, room, invitation?.code)
      return { client, name, isNew: false }
    } catch (error) {
      const isForgotten = error instanceof ProblemError && error.code === 'unauthorized' && 'name' in who
      if (!isForgotten) throw error
      // A server that has begun anew knows nobody; one that only ended this token will say that the name is taken.
      return this.#enterAnew(server, room, who.name, invitation).catch(() => Promise.reject(error))
    }
  }

  async #enterAnew(server: string, room: string, wished: string | undefined, invitation?: Invitation): Promise<Entry> {
    const { name, token } = await this.#newcomer(server, wished, invitation?.code)
    const client = this.clientOf(server, token)
    await enterRoom(client, room)
    return { client, name, isNew: true }
  }

  async #newcomer(server: string, name: string | undefined, invite: string | undefined): Promise<Identity> {
    if (name !== undefined || this.canAsk) await reach(this.clientOf(server))
    if (name !== undefined)
      return register(this.clientOf(server), server, this.profile, name, invite).catch((error) => {
        const elsewhere = this.profile.serversOf(name)
        // As it is spelled there: whoever signs in has to spell it so.
        const held = elsewhere[0] === undefined ? undefined : this.profile.identity(elsewhere[0], name)?.name
        throw chooseAnother(error, held ?? name, { server, elsewhere })
      })
    const answer = this.canAsk && (await registerByAsking(this.clientOf(server), server, this.profile, { invite }))
    if (answer) return answer
    const line = commandLine(['join', invite === undefined ? server : inviteLink(server, invite), '--as', 'ana'])
    throw CommandError.usage(`You have no name on ${server} yet. Choose one, for example: ${line}`)
  }

  async #talk(
    sentence: string,
    client: ChatClient,
    { server, room, name }: Entered,
    wishes: { plain: boolean; bell: boolean }
  ): Promise<void> {
    const [{ Conversation }, { LineTerminal }, { terminalStyle }, { lookOf }, { wrap }] = await Promise.all([
      import('../conversation/conversation.ts'),
      import('../conversation/line-terminal.ts'),
      import('../conversation/terminal-style.ts'),
      import('../printing/look.ts'),
      import('../printing/wrap.ts')
    ])
    const entry = [sentence, 'Enter sends. Up edits your last message. /help lists commands. Ctrl-D leaves.']
    await writeLines(entry.flatMap((line) => wrap(neutralise(line), Math.max(1, (process.stdout.columns || 80) - 1))))
    this.explains = false
    const style = terminalStyle(wishes, process.env)
    const place = {
      client,
      room,
      me: name,
      flags: (where: string) => placeFlags({ server, room: where, name }, this.profile, process.env),
      entered: (where: string) => {
        if (!process.env.CHAT_TOKEN) this.#makeDefault({ server, room: where, name })
      }
    }
    const look = lookOf(process.stdout, { plain: style.plain, me: name })
    await new Conversation(place, new LineTerminal(process.stdin, process.stdout, style), look).run()
  }
}

/** @param invite  for who has a name already: whoever registers with one is in the room at once */
const enterRoom = (client: ChatClient, room: string, invite?: string) =>
  interruptible((signal) => client.members.put(room, 'me', { invite, signal })).catch(
    unknownOutcome(`you may or may not have joined ${room}`, () => 'Run the command again; joining twice does no harm.')
  )

/** Where an argument leads, and --invite, which may be a whole link too. */
function wayTo(typed: string | undefined, invite: string | undefined): Destination {
  const where = typed === undefined ? {} : destinationOf(typed)
  if (invite === undefined) return where
  return invite.includes('#') ? { ...destinationOf(invite), ...where } : { ...where, invite }
}

const onlyJoins = `Without a terminal, join only joins. To send what comes from a pipe or a file: ${chat} send -`

/** Somebody may expect that standard input is sent; of /dev/null nobody does. */
const mayGiveText = (): boolean => process.stdin.isTTY || !fstatSync(0).isCharacterDevice()

/** @param elsewhere  servers on which it is ours: one of them may be this one, by another address */
function chooseAnother(
  error: unknown,
  name: string,
  { server, elsewhere }: { server: string; elsewhere: readonly string[] }
): unknown {
  if (!(error instanceof ProblemError && error.code === 'name-taken')) return error
  const detail = error.message.replace(/ Choose another\.?$/, '')
  const signIn = commandLine(['login', server, '--as', name])
  const hint =
    elsewhere.length === 0
      ? detail.includes(lostAnswer)
        ? ''
        : ` If it is yours, sign in: ${signIn}`
      : ` You hold “${name}” at ${elsewhere.join(' and ')}. If that is the same server at a new address, sign in there: ${signIn}`
  return new ProblemError({ ...error.problem, detail: `${detail} Choose another with --as.${hint}` })
}

/** What was taken for a room may have been meant as a server: where it is not there, and where nobody answers who could know. */
function withServerHint(error: unknown, typed: string): unknown {
  if (!mayBeHost(typed)) return error
  const hint = `“${typed}” alone means a room. To join a server, write: ${commandLine(['join', addressOfHost(typed)])}`
  if (error instanceof ConnectionError) {
    const facts = { exit: exitCodeOf(error), code: `connection-${error.reason}`, cause: error }
    return new CommandError(`${error.message}. ${hint}`, facts)
  }
  if (!(error instanceof ProblemError && error.code === 'room-not-found')) return error
  return new ProblemError({ ...error.problem, detail: `${error.message.replace(/[.]?$/, '.')} ${hint}` })
}
