import { expect, test } from 'vitest'
import { commands } from '../../src/commands.ts'
import { candidates, type Known } from '../../src/completing/candidates.ts'

const asked: unknown[] = []
const hostile = ['$(touch x)', '`touch x`', ';touch x', '-rf', 'a b', "a'b", 'a\nb', 'a:b', '\x1b[2J']
const known: Known = {
  rooms: async (begin, wishes) => {
    asked.push({ begin, ...wishes })
    return ['builds', 'general', 'größe', 'ops', ...hostile]
  },
  names: async () => ['ana', 'luis', ...hostile],
  servers: async () => ['http://127.0.0.1:1543', 'http://[::1]:1543', 'https://chat.example.org/chat', 'http://$(touch x)']
}
const complete = (line: string) => candidates(line.split(' '), commands, known, false)

test.each([
  ['se', ['send', 'search']],
  ['--as ana se', ['send', 'search']],
  ['x', []],
  ['rooms ', ['create', 'set', 'add', 'remove', 'role', 'ban', 'unban']],
  ['rooms r', ['remove', 'role']],
  ['help rooms a', ['add']],
  ['help tok', ['tokens']],
  ['--s', ['--server']],
  ['--v', ['--version']],
  ['send --t', ['--tail', '--timeout']],
  [
    'send --tail --',
    ['--raw', '--key', '--no-retry', '--timeout', '--server', '--as', '--room', '--json', '--explain', '--help']
  ],
  ['send --room=ops --ro', []],
  ['send -- --t', []],
  ['search --ro', []],
  ['tokens create --room a --ro', ['--room']],
  ['tokens create --scope ', ['read', 'write']],
  ['tokens create --scope=w', ['--scope=write']],
  ['invite --role mo', ['moderator']],
  ['rooms role ops luis ', ['owner', 'moderator', 'member']],
  ['--room ', ['builds', 'general', 'größe', 'ops']],
  ['send hi --room=g', ['--room=general', '--room=größe']],
  ['search x --in o', ['ops']],
  ['join ', ['builds', 'general', 'größe', 'ops', 'http://127.0.0.1:1543', 'http://[::1]:1543', 'https://chat.example.org/chat']],
  ['join http', ['http://127.0.0.1:1543', 'http://[::1]:1543', 'https://chat.example.org/chat']],
  ['watch general ops b', ['builds']],
  ['history gr', ['größe']],
  ['history -n 5 o', ['ops']],
  ['history -n5 o', ['ops']],
  ['history general ', []],
  ['rooms set o', ['ops']],
  ['rooms create o', []],
  ['send ', []],
  ['whoami --as ', ['ana', 'luis']],
  ['--as l', ['luis']],
  ['--server=https', ['--server=https://chat.example.org/chat']],
  ['watch --state ', [':files']],
  ['watch --state=x', [':files']],
  ['export -o ', [':files']],
  ['watch --match ', []],
  ['completion ', ['bash', 'zsh', 'fish']],
  ['frob ', []],
  ['frob --x ', []]
])('chat %s<Tab>', async (line, words) => {
  expect(await complete(line)).toEqual(words)
})

test('rooms are those of the server and the name in the line', async () => {
  asked.length = 0
  await complete('--server http://a:1 history --as=luis ge')
  expect(asked).toEqual([{ begin: 'ge', server: 'http://a:1', as: 'luis' }])
})

test('commands and flags are described where the shell can show it', async () => {
  expect(await candidates(['sen'], commands, known, true)).toEqual(['send\tSend a message to a room, and print its id'])
  expect(await candidates(['send', '--ta'], commands, known, true)).toEqual([
    '--tail\tSend only the end of a text that is too long'
  ])
})
