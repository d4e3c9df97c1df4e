import type { Reply } from './reply.ts'

/** What holds for every answer, whatever was asked. */
interface Rule {
  rfc: string
  says: string
  holds: (reply: Reply) => boolean
  /** Is about one connection, so behind a proxy it says nothing about the chat. */
  hop?: true
}

const has =
  (name: string, pattern = /./) =>
  ({ headers }: Reply) =>
    pattern.test(headers.get(name) ?? '')
const isProblem = ({ status }: Reply) => status >= 400
const when = (applies: (reply: Reply) => boolean, holds: (reply: Reply) => boolean) => (reply: Reply) =>
  !applies(reply) || holds(reply)
const with_ =
  (...statuses: number[]) =>
  ({ status }: Reply) =>
    statuses.includes(status)
const hasBody = ({ body }: Reply) => body.length > 0

const rules: readonly Rule[] = [
  { rfc: 'RFC 9112, 2.3', says: 'the version is HTTP/1.1', holds: ({ version }) => version === '1.1' },
  { rfc: 'RFC 9110, 6.6.1', says: 'there is a Date', holds: when(({ status }) => status >= 200, has('date', /GMT$/)) },
  {
    rfc: 'RFC 9112, 6.2',
    says: 'no Content-Length beside Transfer-Encoding',
    holds: ({ headers }) => !(headers.has('content-length') && headers.has('transfer-encoding'))
  },
  {
    rfc: 'RFC 9110, 8.6',
    says: '1xx and 204 have no Content-Length and no Transfer-Encoding',
    holds: when(
      ({ status }) => status < 200 || status === 204,
      ({ headers }) => !headers.has('content-length') && !headers.has('transfer-encoding')
    )
  },
  { rfc: 'RFC 9110, 8.3', says: 'a body has a Content-Type', holds: when(hasBody, has('content-type')) },
  {
    rfc: 'RFC 9457, 3',
    says: 'a refusal is a problem: type, code, status, title, detail and instance',
    holds: when((reply) => isProblem(reply) && hasBody(reply), isWholeProblem)
  },
  {
    rfc: 'RFC 9110, 15.3.2',
    says: '201 has a Location',
    holds: when(with_(201), (reply) => has('location')(reply) || isToken(reply))
  },
  { rfc: 'RFC 9110, 15.4.9', says: '308 has a Location', holds: when(with_(308), has('location')) },
  { rfc: 'RFC 9110, 15.4.5', says: '304 has the ETag', holds: when(with_(304), has('etag')) },
  { rfc: 'RFC 9110, 15.5.2', says: '401 says how to sign in', holds: when(with_(401), has('www-authenticate', /^Bearer /)) },
  { rfc: 'RFC 9110, 15.5.6', says: '405 has Allow', holds: when(with_(405), has('allow', /OPTIONS/)) },
  {
    rfc: 'RFC 9110, 15.5.16',
    says: '415 says what is taken',
    holds: when(with_(415), (reply) => has('accept')(reply) || has('accept-encoding')(reply) || hasBody(reply))
  },
  { rfc: 'RFC 9110, 10.2.3', says: '429 and 503 say when to try again', holds: when(with_(429, 503), has('retry-after')) },
  {
    rfc: 'RFC 9110, 15.5.9; RFC 9112, 2.2 and 6.3',
    says: '408, 413, 414, 417, 431, 501 and 505 close the connection',
    holds: when(with_(408, 413, 414, 417, 431, 501, 505), has('connection', /^close$/i)),
    hop: true
  },
  { rfc: 'WHATWG Fetch, 3.5', says: 'nothing is sniffed', holds: when(hasBody, has('x-content-type-options', /^nosniff$/)) },
  { rfc: 'RFC 9111, 5.2.2', says: 'caches are told what to do', holds: when(hasBody, has('cache-control')) },
  {
    rfc: 'RFC 9110, 10.2.4',
    says: 'nothing is told about the software',
    holds: ({ headers }) => !headers.has('server') && !headers.has('x-powered-by'),
    hop: true
  }
]

/** The rule that this answer breaks. */
export function brokenRule(reply: Reply, isProxied: boolean): string | undefined {
  const broken = rules.find(({ hop, holds }) => !(hop && isProxied) && !holds(reply))
  return broken && `status ${reply.status} breaks a rule: ${broken.says} (${broken.rfc})`
}

/** A user is at home nowhere but in the answer that gives the token. */
const isToken = ({ body }: Reply): boolean => body.includes('"token"')

function isWholeProblem({ status, headers, body }: Reply): boolean {
  if (!/^application\/problem\+json/.test(headers.get('content-type') ?? '')) return false
  const problem = JSON.parse(body.toString())
  return (
    problem.status === status &&
    ['type', 'code', 'title', 'detail', 'instance'].every((name) => typeof problem[name] === 'string' && problem[name] !== '') &&
    problem.type.endsWith(`/problems/${problem.code}`)
  )
}
