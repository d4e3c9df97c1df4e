import { expect, test } from 'vitest'
import { callOf, flagsBefore } from '../../src/calling/call.ts'
import { ChatCommand } from '../../src/chat-command.ts'
import { commands } from '../../src/commands.ts'

const ids = Object.keys(commands)
const call = (line: string) => callOf(line === '' ? [] : line.split(' '), ids)

test.each([
  ['--server http://x:1 whoami', { wants: 'run', id: 'whoami', args: ['--server', 'http://x:1'] }],
  ['--as=ana send hi --room ops', { wants: 'run', id: 'send', args: ['--as=ana', 'hi', '--room', 'ops'] }],
  ['--json --explain rooms', { wants: 'run', id: 'rooms', args: ['--json', '--explain'] }],
  ['--room ops rooms set x --title y', { wants: 'run', id: 'rooms:set', args: ['--room', 'ops', 'x', '--title', 'y'] }],
  ['--timeout 3s send -- --json', { wants: 'run', id: 'send', args: ['--timeout', '3s', '--', '--json'] }],
  ['--as rooms send hi', { wants: 'run', id: 'send', args: ['--as', 'rooms', 'hi'] }],
  ['rooms --mine', { wants: 'run', id: 'rooms', args: ['--mine'] }],
  ['send -- --help', { wants: 'run', id: 'send', args: ['--', '--help'] }],
  ['send - --tail', { wants: 'run', id: 'send', args: ['-', '--tail'] }],
  ['', { wants: 'overview' }],
  ['-h', { wants: 'overview' }],
  ['help', { wants: 'overview' }],
  ['--as ana --help', { wants: 'overview' }],
  ['help help', { wants: 'overview' }],
  ['help send', { wants: 'help', id: 'send' }],
  ['--help send', { wants: 'help', id: 'send' }],
  ['send --help', { wants: 'help', id: 'send' }],
  ['--json send hi -h', { wants: 'help', id: 'send' }],
  ['help rooms add', { wants: 'help', id: 'rooms:add' }],
  ['rooms add -h', { wants: 'help', id: 'rooms:add' }],
  ['--version', { wants: 'version' }],
  ['--server http://x:1 -v', { wants: 'version' }]
])('chat %s', async (line, wanted) => {
  expect(await call(line)).toEqual(wanted)
})

test.each([
  ['sned', 'Unknown command “sned”. Did you mean: chat send'],
  ['--as ana sned hi --room ops', 'Unknown command “sned”. Did you mean: chat --as ana send hi --room ops'],
  ['room', 'Unknown command “room”. Did you mean: chat rooms'],
  ['room ad ops luis', 'Unknown command “room”. Did you mean: chat rooms add ops luis'],
  ['room ops', 'Unknown command “room”. Did you mean: chat rooms'],
  ['rooms ad', 'Unknown command “rooms ad”. Did you mean: chat rooms add'],
  ['rooms frob', 'Unknown command “rooms frob”. To see what there is: chat help rooms'],
  ['help sned', 'Unknown command “sned”. Did you mean: chat help send'],
  ['hlep', 'Unknown command “hlep”. Did you mean: chat help'],
  ['hist', 'Unknown command “hist”. Did you mean: chat history'],
  ['frob', 'Unknown command “frob”. To see the commands: chat --help'],
  ['hola a todos', 'Unknown command “hola”. To send a message: chat send "hola a todos"'],
  ['http://10.0.0.1:1543', 'An address is not a command. To join a server: chat join http://10.0.0.1:1543'],
  ['chat.example.org:1543 --as ana', 'An address is not a command. To join a server: chat join chat.example.org:1543 --as ana'],
  ['--sever http://x:1 whoami', 'Unknown option: --sever. Did you mean: chat --server http://x:1 whoami'],
  ['--sever=http://x:1 whoami', 'Unknown option: --sever. Did you mean: chat --server=http://x:1 whoami'],
  ['-n 5 history', 'Unknown option: -n. Options of a command come after it: chat --help'],
  ['-- send', 'Unknown option: --. Options of a command come after it: chat --help'],
  ['--server', '--server needs a value. To see the commands: chat --help'],
  ['--json', 'The command is missing. To see the commands: chat --help']
])('chat %s is refused with what was probably meant', async (line, message) => {
  await expect(call(line)).rejects.toMatchObject({ message, exit: 'usage' })
})

test.each([
  [['hi all'], 'chat send "hi all"'],
  [['--room', 'ops', 'costs $5 `now`'], "chat --room ops send 'costs $5 `now`'"]
])('%j is a message', async (argv, line) => {
  const message = `That is not a command. To send it as a message: ${line}`
  await expect(callOf(argv, ids)).rejects.toMatchObject({ message })
})

test('every flag that all commands share may stand before the command', () => {
  const shared = Object.entries(ChatCommand.baseFlags).map(([name, { type }]) => [name, { takesValue: type === 'option' }])
  expect(flagsBefore).toEqual({ ...Object.fromEntries(shared), timeout: { takesValue: true } })
})

test.each(ids)('%s has a line of its own, which is not taken for another one', async (id) => {
  expect(await call(id.replace(':', ' '))).toEqual({ wants: 'run', id, args: [] })
})
