import { ConnectionError, ProblemError, UnexpectedAnswer } from '@tertulia/client'
import { expect, test } from 'vitest'
import { CommandError } from '../../src/failing/command-error.ts'
import { exitCodeOfStatus } from '../../src/failing/exit-codes.ts'
import { failureOf } from '../../src/failing/failure.ts'

const server = 'http://127.0.0.1:1543'

test.each([
  [[400, 405, 406, 413, 414, 415, 417, 421, 422, 431], 2],
  [[401, 403], 3],
  [[404, 410], 4],
  [[409, 412, 428], 5],
  [[429], 6],
  [[408], 8],
  [[500, 501, 502, 503, 504, 505, 507], 9]
])('statuses %j end with %i', (statuses, code) => {
  for (const status of statuses) expect(exitCodeOfStatus(status)).toBe(code)
})

test('a refusal is told in the words of the server, with status and code', () => {
  const problem = {
    type: '/problems/name-taken',
    code: 'name-taken',
    status: 409,
    title: 'Name already taken',
    instance: 'r1',
    detail: 'The name “ana” is taken. Choose another with --as'
  }
  const { text, json, exit } = failureOf(new ProblemError(problem))
  expect(text).toBe('chat: The name “ana” is taken. Choose another with --as. [409 name-taken]')
  expect(JSON.parse(json)).toEqual(problem)
  expect(exit).toBe(5)
})

test('a refusal that quotes others is harmless', () => {
  const problem = { type: 'x', code: 'x', status: 400, title: 'x', instance: '', detail: 'No room “\x1b[2J”.\nchat: all is well' }
  const { text, json } = failureOf(new ProblemError(problem))
  expect(text).toBe('chat: No room “\\x1b[2J”.\\x0achat: all is well. [400 x]')
  expect(json).not.toMatch(/\p{Cc}/u)
})

test.each([
  [new ConnectionError('refused', server), 7, /connection refused\)\. Is it running\? Start one with: chat-server start$/],
  [new ConnectionError('refused', 'http://10.77.0.1:1543'), 7, /Is it running there, with --host 0\.0\.0\.0\?$/],
  [
    new ConnectionError('refused', 'http://10.77.0.1'),
    7,
    /Without a port, http:\/\/ means port 80\. Try http:\/\/10\.77\.0\.1:1543$/
  ],
  [
    new ConnectionError('connect-timeout', server, { seconds: 5 }),
    7,
    /^chat: No answer from 127\.0\.0\.1:1543 in 5 s\. A firewall/
  ],
  [new ConnectionError('dns', 'http://nobody.invalid'), 7, /There is no computer named nobody\.invalid/],
  [new ConnectionError('refused', 'http://localhost:1600'), 7, /Start one with: chat-server start --port 1600$/],
  [new ConnectionError('refused', 'http://[::1]:1543'), 7, /Start one with: chat-server start --host ::1$/],
  [
    new ConnectionError('refused', 'http://0.0.0.0:1543'),
    7,
    /0\.0\.0\.0 stands for every address of a server; use one of those that it prints when it starts\.$/
  ],
  [
    new ConnectionError('unreachable', server, { words: 'not permitted' }),
    7,
    /\(not permitted\)\. A firewall of this computer may/
  ],
  [new ConnectionError('refused', 'https://localhost:1543'), 7, /refused\)\. Is it running\?$/],
  [new ConnectionError('refused', 'http://127.example.com:1543'), 7, /Is it running there, with --host 0\.0\.0\.0\?$/],
  [
    new ConnectionError('unreachable', server, { words: 'network unreachable' }),
    7,
    /cannot be reached \(network unreachable\)\./
  ],
  [new ConnectionError('tls', 'https://chat.example', { tls: 'expired' }), 7, /of chat\.example has expired\. Whoever runs/],
  [new ConnectionError('tls', 'https://chat.example', { tls: 'self-signed' }), 7, /is self-signed\. .* NODE_EXTRA_CA_CERTS/],
  [new ConnectionError('tls', 'https://127.0.0.1:1543', { tls: 'plain-http' }), 7, /Try http:\/\/127\.0\.0\.1:1543$/],
  [new ConnectionError('tls', server, { tls: 'https-only' }), 7, /Try https:\/\/127\.0\.0\.1:1543$/],
  [
    new ConnectionError('redirect', 'http://chat.example', { target: 'https://chat.example' }),
    7,
    /^chat: http:\/\/chat\.example redirects to https:\/\/chat\.example\. .*: chat join https:\/\/chat\.example$/
  ],
  [
    new ConnectionError('redirect', 'http://chat.example', { target: 'https://chat.example/;reboot;$(id)' }),
    7,
    /: chat join 'https:\/\/chat\.example\/;reboot;\$\(id\)'$/
  ],
  [new ConnectionError('not-http', server), 7, /does not speak HTTP/],
  [new ConnectionError('reset', server), 7, /was cut/],
  [new ConnectionError('answer-timeout', server, { seconds: 15 }), 8, /No answer in 15 s\./],
  [new UnexpectedAnswer('It is a printer'), 9, /^chat: It is a printer\.$/],
  [CommandError.usage('Say something.'), 2, /^chat: Say something\.$/]
])('%s', (error, exit, text) => {
  const failure = failureOf(error)
  expect(failure.exit).toBe(exit)
  expect(failure.text).toMatch(text)
  expect(JSON.parse(failure.json)).toMatchObject({ code: expect.any(String), detail: expect.any(String) })
})

test('a system call that failed is told shortly, a bug with its place', () => {
  const system = Object.assign(new Error("EACCES: permission denied, open '/x'"), { code: 'EACCES', syscall: 'open' })
  expect(failureOf(system)).toMatchObject({ exit: 1, text: "chat: EACCES: permission denied, open '/x'." })
  expect(failureOf(new TypeError('oops')).text).toMatch(/^chat: Unexpected: TypeError: oops\n +at /)
})
