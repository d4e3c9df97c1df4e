import { FormatRegistry, type TSchema, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import * as protocol from '@tertulia/protocol'
import { schemas } from '@tertulia/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { commands } from '../../src/commands.ts'
import { type Home, startWith } from '../support/chat.ts'
import { everyCommand, withCodesOfTheirOwn } from '../support/every-command.ts'

let chats: Awaited<ReturnType<typeof startWith<readonly ['ana', 'luis']>>>
let ana: Home

beforeAll(async () => {
  FormatRegistry.Set('date-time', (text) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text))
  chats = await startWith(['ana', 'luis'])
  ana = chats.homes[0]
})
afterAll(async () => {
  FormatRegistry.Delete('date-time')
  await chats.end()
})

/** What does not fit the schema, and what is there beside it. */
function misfits(schema: TSchema, value: unknown): unknown {
  const known = schemas.filter(({ $id }) => $id !== schema.$id)
  const faults = [...Value.Errors(schema, known, value)].map(({ path, message }) => `${path}: ${message}`)
  const bare = Value.Clean(schema, known, structuredClone(value))
  return faults.length > 0 || JSON.stringify(bare) === JSON.stringify(value) ? faults : { value, only: bare }
}

const { ExportLine, LogEvent, Message } = protocol
const session: [args: string[], schema: TSchema, more?: { input?: string; lines?: number }][] = [
  [['join', 'general'], protocol.Entered],
  [['whoami'], protocol.Myself],
  [['send', 'hola'], Message],
  [['send', '--split', '-'], Type.Array(protocol.ref(Message)), { input: 'x'.repeat(5_000) }],
  [['send', 'a deploy to think of'], Message],
  [['edit', '4', 'hola, ¿qué tal?'], Message],
  [['delete', '5'], protocol.Deleted],
  [['history'], protocol.MessagePage],
  [['search', 'hola'], protocol.SearchPage],
  [['read'], protocol.ReadMarker],
  [['rooms', 'create', 'ops', '--title', 'Operations'], protocol.Room],
  [['rooms', 'set', 'ops', '--private'], protocol.Room],
  [['rooms'], protocol.RoomList],
  [['rooms', 'add', 'ops', 'luis'], protocol.Member],
  [['rooms', 'role', 'ops', 'luis', 'moderator'], protocol.Member],
  [['rooms', 'ban', 'ops', 'luis'], protocol.Member],
  [['who', 'ops', '--banned'], protocol.MemberList],
  [['rooms', 'unban', 'ops', 'luis'], protocol.Member],
  [['who', 'ops'], protocol.MemberList],
  [['rooms', 'remove', 'ops', 'luis'], protocol.Removed],
  [['watch', 'ops', '--after', '0', '--once'], LogEvent, { lines: 8 }],
  [['watch', '--after', '0', '--once'], LogEvent],
  [['watch', 'general', 'ops', '--after', '0', '--once'], LogEvent],
  [['export'], ExportLine],
  [['export', 'ops'], ExportLine, { lines: 3 }],
  [['bots', 'create', 'deploys'], protocol.User],
  [['bots'], protocol.BotList],
  [['tokens', 'create', '--name', 'ci', '--bot', 'deploys', '--room', 'general', '--expires', '1d'], protocol.IssuedToken],
  [['tokens', 'create', '--name', 'nightly', '--scope', 'read'], protocol.IssuedToken],
  [['tokens'], protocol.TokenList],
  [['tokens', 'revoke', 'nightly'], protocol.Token],
  [['bots', 'remove', 'deploys', '--yes'], protocol.Ended],
  [['invite', '--room', 'ops', '--uses', '2'], protocol.InviteLink],
  [['invite', 'list', '--room', 'ops'], protocol.InviteList],
  [['invite', 'revoke', '1'], protocol.Revoked],
  [['link'], protocol.DeviceLink],
  [['password', '--stdin'], protocol.PasswordSet, { input: 'correct horse battery' }],
  [['leave', 'general'], protocol.Left],
  [['logout'], protocol.SignedOut],
  [['login', '--as', 'ana', '--password-stdin'], protocol.Entered, { input: 'correct horse battery' }]
]

test('what a command prints with --json is one line, or one for each event, as its schema says, and nothing else', async () => {
  for (const [args, schema, { input = '', lines } = {}] of session) {
    const { code, stdout, stderr } = await ana.chat([...args, '--json'], { input })
    expect({ args, code, stderr }).toEqual({ args, code: 0, stderr: '' })
    const isStream = schema === LogEvent || schema === ExportLine
    expect(stdout).toMatch(isStream ? /^(?:\{[^\n]*\}\n)+$/ : /^[^\n]+\n$/)
    const printed = stdout.trimEnd().split('\n')
    if (lines !== undefined) expect({ args, lines: printed.length }).toEqual({ args, lines })
    for (const line of printed) expect({ args, misfits: misfits(schema, JSON.parse(line)) }).toEqual({ args, misfits: [] })
  }
})

test('so is an answer to a question, and what ends a name for ever', async () => {
  const [, luis] = chats.homes
  const asking = luis.start(['ask', '¿listo?', '--json'])
  const followed = luis.client.follow('general', { after: '0' })
  for await (const event of followed) {
    if (event.type !== 'message.created' || event.message.text?.startsWith('¿listo?') !== true) continue
    await ana.chat(['send', 'yes'])
    break
  }
  expect(await asking.ended()).toBe(0)
  expect(asking.stdout).toMatch(/^[^\n]+\n$/)
  expect(misfits(protocol.Answered, JSON.parse(asking.stdout))).toEqual([])
  const left = await luis.chat(['leave', '--for-ever', '--yes', '--json'])
  expect(left).toMatchObject({ code: 0, stderr: '' })
  expect(misfits(protocol.Left, JSON.parse(left.stdout))).toEqual([])
})

test('a refusal is a problem as the protocol has it, and no member more', async () => {
  const refused = await ana.chat(['history', 'nowhere', '--json'])
  expect(refused).toMatchObject({ code: 4, stdout: '' })
  expect(misfits(protocol.Problem, JSON.parse(refused.stderr))).toEqual([])
})

test('no command is left out', () => {
  const idOf = ([first = '', second = '']: readonly string[]) =>
    Object.hasOwn(commands, `${first}:${second}`) ? `${first}:${second}` : first
  const tried = new Set([...session.map(([args]) => idOf(args)), 'ask'])
  expect(everyCommand.map(({ args }) => idOf(args)).filter((id) => !tried.has(id))).toEqual([])
  expect(Object.keys(commands).filter((id) => !tried.has(id) && !withCodesOfTheirOwn.includes(id))).toEqual([])
})
