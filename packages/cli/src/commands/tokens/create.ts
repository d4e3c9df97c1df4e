import { option, string } from '@oclif/core/flags'
import { ProblemError } from '@tertulia/client'
import type { IssuedToken, NewToken } from '@tertulia/protocol'
import { ChatCommand } from '../../chat-command.ts'
import { bodyFault } from '../../failing/body-fault.ts'
import { interruptible } from '../../failing/interruption.ts'
import { unknownOutcome } from '../../failing/unknown-outcome.ts'
import { expiryAfter } from '../../input/duration.ts'
import { commandLine } from '../../printing/command-lines.ts'
import { shellWord } from '../../printing/shell-word.ts'
import { untilWords } from '../../printing/until-words.ts'
import { chat } from '../../program.ts'

export default class TokensCreate extends ChatCommand {
  static override summary = 'Create a token for a program, and print it'
  static override description =
    'It is shown only here. Whoever has it speaks as you, or as the bot, within its limits: in CHAT_TOKEN, with CHAT_SERVER, it lets chat run without anything else. Without limits it may do almost anything you may; give it only what the program needs.'
  static override examples = [
    {
      description: 'To write in one room, for three months',
      command: `${chat} tokens create --name nightly --room builds --expires 90d`
    },
    { description: 'For a bot', command: `${chat} tokens create --bot deploys --name ci --room builds` },
    { description: 'To read everywhere', command: `${chat} tokens create --name reader --scope read` }
  ]
  static override exits = {
    0: 'the token is printed',
    3: 'this token makes no others: sign in',
    4: 'there is no such room or bot',
    5: 'the name is taken, or you have too many tokens',
    8: 'a token may or may not exist'
  }
  static override flags = {
    name: string({ summary: 'What it is for; unique among the tokens of its user', required: true, helpValue: 'NAME' }),
    bot: string({ summary: 'Let it speak as this bot of yours, not as you', helpValue: 'BOT' }),
    room: string({
      summary: 'Only this room; repeat it for several',
      defaultHelp: ['every room'],
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'ROOM'
    }),
    scope: option({ options: ['read', 'write'] as const })({ summary: 'read: it cannot write', default: 'write' }),
    expires: string({
      summary: 'How long it is valid, such as 12h or 90d',
      defaultHelp: 'until it is revoked',
      helpValue: 'TIME'
    })
  }

  async run(): Promise<IssuedToken> {
    const { flags } = await this.parse(TokensCreate)
    const { bot, name, scope, expires } = flags
    const rooms = flags.room as unknown as string[] | undefined
    const wanted: NewToken = { name, scope }
    if (rooms !== undefined) wanted.rooms = rooms
    if (bot !== undefined) wanted.bot = bot
    if (expires !== undefined) wanted.expiresAt = expiryAfter(expires, Date.now())
    const { client, server } = await this.signedIn({ ...flags, room: undefined }, { ask: false })
    const revoke = this.line('tokens', 'revoke', name, ...(bot === undefined ? [] : ['--bot', bot]))
    const issued = await interruptible((signal) => client.tokens.create(wanted, { signal }))
      .catch(
        unknownOutcome(`the token ${name} may or may not exist`, () => `If it does, nobody has seen it. End it with: ${revoke}`)
      )
      .catch((error) => {
        throw inASentence(error, wanted, revoke, (room, name) => this.line('rooms', 'add', room, name))
      })
    this.done = `Created the token ${issued.name}, which nobody has seen. End it with: ${revoke}`
    await this.print(issued.token)
    const where = rooms === undefined ? 'in every room' : `in ${rooms.join(', ')}`
    const until = issued.expiresAt === null ? 'until you revoke it' : untilWords(issued.expiresAt, Date.now())
    const whose = bot === undefined ? '' : ` of ${bot}`
    await this.say(`The token ${issued.name}${whose} may ${issued.scope} ${where}, ${until}. It is shown only here.`)
    const line = commandLine(['send', ...(rooms?.[0] === undefined ? [] : ['--room', rooms[0]])])
    await this.say(`To use it: CHAT_SERVER=${shellWord(server)} CHAT_TOKEN=TOKEN ${line} "hello"`)
    return issued
  }
}

function inASentence(
  error: unknown,
  { rooms, bot }: NewToken,
  revoke: string,
  add: (room: string, name: string) => string
): unknown {
  if (!(error instanceof ProblemError)) return error
  const { problem, code, message } = error
  if (code === 'name-taken') {
    const perhaps = error.mayHaveArrived ? ' Perhaps it was created by this very command, whose first answer was lost.' : ''
    return new ProblemError({ ...problem, detail: `${message}${perhaps} To end it: ${revoke}` })
  }
  if (code === 'room-not-found' && bot !== undefined) {
    return new ProblemError({
      ...problem,
      detail: `${message} If it is private, add the bot first: ${add(rooms?.[0] ?? 'ROOM', bot)}`
    })
  }
  return bodyFault(error)
}
