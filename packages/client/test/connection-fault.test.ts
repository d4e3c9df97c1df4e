import { describe, expect, test } from 'vitest'
import { connectionError } from '../src/connection-fault.ts'

const system = (code: string, syscall: string, message = `${syscall} ${code}`) =>
  Object.assign(new Error(message), { code, syscall })
const fetchFailed = (cause: unknown) => new TypeError('fetch failed', { cause })
const several = (...errors: Error[]) => new AggregateError(errors, '')

describe.each([
  ['a socket', (error: Error) => connectionError(error, 'http://chat.example:1543', false)],
  ['fetch', (error: Error) => connectionError(fetchFailed(error), 'http://chat.example:1543')]
])('before there is a connection, by %s', (_name, told) => {
  test.each([
    [system('ECONNREFUSED', 'connect'), 'refused', 'No server answers at http://chat.example:1543 (connection refused)'],
    [system('ENETUNREACH', 'connect'), 'unreachable', 'chat.example:1543 cannot be reached (network unreachable)'],
    [system('EHOSTUNREACH', 'connect'), 'unreachable', 'chat.example:1543 cannot be reached (no route to host)'],
    [system('EADDRNOTAVAIL', 'connect'), 'unreachable', 'chat.example:1543 cannot be reached (address not available)'],
    [system('EPERM', 'connect'), 'unreachable', 'chat.example:1543 cannot be reached (not permitted)'],
    [system('ETIMEDOUT', 'connect'), 'connect-timeout', 'No answer from chat.example:1543 in time'],
    [system('ENOTFOUND', 'getaddrinfo'), 'dns', 'There is no computer named chat.example'],
    [system('EAI_AGAIN', 'getaddrinfo'), 'dns', 'The name chat.example could not be looked up (no name server answers)'],
    [system('ECONNRESET', 'connect'), 'reset', 'The connection to chat.example:1543 was cut before anything was sent'],
    [
      Object.assign(new Error('x: other.example'), {
        code: 'ERR_TLS_CERT_ALTNAME_INVALID',
        cert: { subjectaltname: 'DNS:other.example' }
      }),
      'tls',
      'The certificate of chat.example:1543 is for another name (other.example)'
    ]
  ])('%s is told as such, and nothing was sent', (error, reason, message) => {
    expect(told(error)).toMatchObject({ reason, message, mayHaveArrived: false })
  })

  test.each([
    ['refused', [system('ENETUNREACH', 'connect'), system('ECONNREFUSED', 'connect')]],
    ['refused', [system('ECONNREFUSED', 'connect'), system('EHOSTUNREACH', 'connect')]],
    ['connect-timeout', [system('ENETUNREACH', 'connect'), system('ETIMEDOUT', 'connect'), system('EADDRNOTAVAIL', 'connect')]],
    ['unreachable', [system('ENETUNREACH', 'connect'), system('EADDRNOTAVAIL', 'connect')]]
  ])('of several addresses the one that tells most is told (%s)', (reason, errors) => {
    expect(told(several(...errors))).toMatchObject({ reason, mayHaveArrived: false })
  })
})

test.each([
  system('ECONNRESET', 'read'),
  system('EPIPE', 'write'),
  system('ETIMEDOUT', 'read'),
  system('EHOSTUNREACH', 'read'),
  Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' })
])('%s on a connection that stood is a cut', (error) => {
  const told = { reason: 'reset', mayHaveArrived: true }
  expect(connectionError(error, 'http://chat.example', true)).toMatchObject(told)
  expect(connectionError(fetchFailed(error), 'http://chat.example')).toMatchObject(told)
})

test.each([
  ['SSH-2.0-OpenSSH', { reason: 'not-http', mayHaveArrived: false }],
  ['\x15\x03\x01', { reason: 'tls', tls: 'https-only', mayHaveArrived: false }]
])('an answer that is no HTTP is known without a code as well, as fetch tells it since Node 24 (%j)', (data, told) => {
  const message = 'Response does not match the HTTP/1.1 protocol (Expected HTTP/, RTSP/ or ICE/)'
  const error = Object.assign(new Error(message), { name: 'HTTPParserError', code: undefined, data })
  expect(connectionError(fetchFailed(error), 'http://chat.example')).toMatchObject(told)
})

test('what a browser does not explain may have arrived', () => {
  const error = connectionError(new TypeError('Failed to fetch'), 'https://chat.example')
  expect(error).toMatchObject({ reason: 'unreachable', mayHaveArrived: true })
  expect(error.message).toBe('chat.example cannot be reached (Failed to fetch)')
})
