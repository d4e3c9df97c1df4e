import fc from 'fast-check'

/** One request in pieces, which fast-check can make smaller when it finds a fault. */
export interface AnyRequest {
  method: string
  target: string
  fields: [name: string, value: string][]
  body: Uint8Array | undefined
}

/** A path of the contract and the methods that it takes. */
export interface Operation {
  method: string
  path: string
}

const printable = (maxLength: number) => fc.string({ unit: 'grapheme', maxLength })
const visible = fc.string({ unit: 'binary-ascii', maxLength: 40 }).map((text) => text.replaceAll(/[^\x20-\x7e]/g, '~').trim())
const oneOf = (...texts: string[]) => fc.constantFrom(...texts)

/** What may stand for a parameter of a path: what there is, or anything, percent-encoded or not. */
const stray = fc.oneof(
  oneOf('GENERAL', 'me', '0', '-1', '1e3', '999', '9007199254740993', '..', '%2e%2e', '%2F', '%00', '%ff', '%zz', '%', ';', ':'),
  printable(40).map(encodeURIComponent)
)
const part = (...there: string[]) => fc.oneof({ weight: 3, arbitrary: oneOf(...there) }, { weight: 1, arbitrary: stray })
const parts = fc.record({
  room: part('general', 'secret'),
  name: part('ana', 'luis', 'me'),
  id: part('3', '4', '5', '6', '7'),
  code: part('stale')
})

const cursor = fc.oneof(oneOf('0', 'now', 'general:0', 'general:now,secret:0', 'abcdefgh.1'), fc.integer().map(String), visible)
const parameter = fc.oneof(
  fc.tuple(oneOf('limit', 'before', 'after', 'around', 'q', 'x'), fc.oneof(fc.integer().map(String), cursor, printable(10))),
  fc.tuple(visible, visible)
)
const query = fc.array(
  parameter.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`),
  { maxLength: 3 }
)

/** One time in eight. */
const sometimes = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 7, arbitrary: fc.constant(null) }, { weight: 1, arbitrary })

const types = oneOf(
  'application/json',
  'application/json',
  'application/json; charset=utf-8',
  'text/plain',
  'application/x-www-form-urlencoded',
  'application/xml',
  'multipart/form-data',
  'nonsense',
  ''
)
/** Fields after which little else counts. */
const strange = fc.oneof(
  fc.tuple(oneOf('Content-Encoding'), oneOf('identity', 'gzip', '')),
  fc.tuple(oneOf('Origin'), oneOf('http://localhost', 'https://evil.example.com', 'null', 'nonsense')),
  fc.tuple(oneOf('Sec-Fetch-Site'), oneOf('same-origin', 'cross-site', 'none')),
  fc.tuple(oneOf('Expect', 'Host', 'Content-Type', 'Authorization'), visible)
)
const field = fc.oneof(
  fc.tuple(
    oneOf('Accept'),
    oneOf(
      '*/*',
      'application/json',
      'text/event-stream',
      'application/x-ndjson',
      'text/html',
      'image/png',
      'a;q=2',
      ',',
      '*/*;q=0'
    )
  ),
  fc.tuple(oneOf('If-Match', 'If-None-Match'), fc.oneof(oneOf('*', '"a.1"', 'W/"a.1"', '"', '"a", "b"'), visible)),
  fc.tuple(oneOf('Idempotency-Key'), fc.oneof(oneOf('a', 'b'), visible)),
  fc.tuple(oneOf('Last-Event-ID'), cursor),
  fc.tuple(oneOf('Prefer'), oneOf('wait=0', 'wait=x', 'respond-async', 'wait=-1', 'wait=0, wait=1')),
  fc.tuple(oneOf('Range', 'Upgrade', 'TE', 'Cookie', 'X-Forwarded-For', 'X-HTTP-Method-Override'), visible),
  fc.tuple(
    fc
      .string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 12 })
      .map((name) => `X-${name.replaceAll(/[^A-Za-z0-9-]/g, '-')}`),
    visible
  )
)

const text = fc.oneof(
  printable(60),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', minLength: 4_001, maxLength: 4_200 })
)
const member = fc.oneof(
  oneOf(
    'text',
    'name',
    'title',
    'visibility',
    'archived',
    'upTo',
    'role',
    'password',
    'code',
    'invite',
    '__proto__',
    'constructor'
  ),
  printable(10)
)
const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
const value = fc.oneof(text, oneOf('public', 'private', 'general', 'owner'), fc.jsonValue({ maxDepth: 2 }))
const body = fc.oneof(
  { weight: 12, arbitrary: oneOf('{"text":"hi"}', '{}', '{"title":"Hi"}', 'text=hi', '{"archived":false}') },
  { weight: 3, arbitrary: name.map((name) => JSON.stringify({ name })) },
  {
    weight: 6,
    arbitrary: fc.array(fc.tuple(member, value), { maxLength: 4 }).map((all) => JSON.stringify(Object.fromEntries(all)))
  },
  { weight: 2, arbitrary: fc.json() },
  { weight: 2, arbitrary: text.map((plain) => `text=${encodeURIComponent(plain.toWellFormed())}`) },
  { weight: 2, arbitrary: text },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) },
  { weight: 1, arbitrary: fc.constant('['.repeat(20_000)) }
)

/** Requests that begin as one of these operations and go astray. */
export const anyRequest = (operations: readonly Operation[], tokens: readonly string[]): fc.Arbitrary<AnyRequest> =>
  fc
    .record({
      operation: fc.constantFrom(...operations),
      method: sometimes(oneOf('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND')),
      parts,
      query: fc.option(query, { freq: 2 }),
      token: fc.option(fc.constantFrom(...tokens), { freq: 10 }),
      type: types,
      fields: fc.array(field, { maxLength: 3 }),
      strange: sometimes(strange),
      body: fc.option(body, { freq: 3 })
    })
    .map(({ operation, method, parts, query, token, type, fields, strange, body }) => ({
      method: method ?? operation.method,
      target: [
        operation.path.replaceAll(/\{(\w+)\}/g, (_, name: keyof typeof parts) => parts[name] ?? ''),
        ...(query ? [query.join('&')] : [])
      ].join('?'),
      fields: [
        ...(token === null ? [] : [['Authorization', `Bearer ${token}`] as [string, string]]),
        ...(body === null ? [] : [['Content-Type', type] as [string, string]]),
        ...fields,
        ...(strange === null ? [] : [strange])
      ],
      body: body === null ? undefined : Buffer.from(body)
    }))

/** The request as it is sent. */
export function bytesOf({ method, target, fields, body }: AnyRequest): Buffer {
  const length = body === undefined ? [] : [['Content-Length', `${body.length}`]]
  const lines = [['Host', 'localhost'], ...fields, ...length].map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.concat([Buffer.from(`${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n`), body ?? Buffer.alloc(0)])
}

/** Bytes of a request of which some were changed, put in or left out. */
export const anyBytes = (request: fc.Arbitrary<AnyRequest>): fc.Arbitrary<Buffer> => {
  const place = fc.double({ min: 0, max: 1, noNaN: true })
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 3 }),
    oneOf('\r\n', '\n', '\r\n\r\n', ' ', ':', '\0', '%', '0').map((text) => Buffer.from(text))
  )
  const change = fc.tuple(place, fc.nat({ max: 3 }), bytes)
  return fc.tuple(request, fc.array(change, { minLength: 1, maxLength: 3 })).map(([asked, changes]) =>
    changes.reduce((all, [at, out, put]) => {
      const from = Math.floor(at * all.length)
      return Buffer.concat([all.subarray(0, from), put, all.subarray(from + out)])
    }, bytesOf(asked))
  )
}
