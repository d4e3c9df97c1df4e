import { type Static, Type } from '@sinclair/typebox'

/** Every problem this protocol knows: its code, its status and its title (RFC 9457). */
export const problems = {
  'bad-request': { status: 400, title: 'Malformed request' },
  'https-only': { status: 400, title: 'This port speaks HTTPS' },
  'invalid-json': { status: 400, title: 'The body is not JSON' },
  'invalid-encoding': { status: 400, title: 'Not valid UTF-8' },
  'invalid-path': { status: 400, title: 'Malformed path' },
  'invalid-query': { status: 400, title: 'Invalid query parameter' },
  'invalid-header': { status: 400, title: 'Invalid header field' },
  'cursor-invalid': { status: 400, title: 'Malformed cursor' },
  unauthorized: { status: 401, title: 'Not signed in' },
  'sign-in-failed': { status: 401, title: 'Sign-in failed' },
  'origin-refused': { status: 403, title: 'Origin refused' },
  'wrong-password': { status: 403, title: 'Wrong password' },
  'token-scope': { status: 403, title: 'Not with this token' },
  'invite-required': { status: 403, title: 'Only with an invite' },
  'registration-closed': { status: 403, title: 'Nobody can register' },
  banned: { status: 403, title: 'Banned from the room' },
  'room-archived': { status: 403, title: 'Room archived' },
  'not-author': { status: 403, title: 'Not the author' },
  'not-allowed': { status: 403, title: 'Not allowed' },
  'too-many-rooms': { status: 403, title: 'Too many rooms' },
  'too-many-tokens': { status: 403, title: 'Too many tokens' },
  'too-many-bots': { status: 403, title: 'Too many bots' },
  'too-many-invites': { status: 403, title: 'Too many invites' },
  'not-found': { status: 404, title: 'Nothing here' },
  'user-not-found': { status: 404, title: 'User not found' },
  'token-not-found': { status: 404, title: 'Token not found' },
  'invite-not-found': { status: 404, title: 'Invite not found' },
  'room-not-found': { status: 404, title: 'Room not found' },
  'member-not-found': { status: 404, title: 'Member not found' },
  'message-not-found': { status: 404, title: 'Message not found' },
  'method-not-allowed': { status: 405, title: 'Method not allowed' },
  'not-acceptable': { status: 406, title: 'Not acceptable' },
  'request-timeout': { status: 408, title: 'Request too slow' },
  'name-taken': { status: 409, title: 'Name already taken' },
  'last-owner': { status: 409, title: 'The last owner stays' },
  'message-deleted': { status: 410, title: 'Message deleted' },
  'message-expired': { status: 410, title: 'Message no longer kept' },
  'cursor-expired': { status: 410, title: 'Cursor expired' },
  'link-spent': { status: 410, title: 'Code already used' },
  'link-expired': { status: 410, title: 'Code expired' },
  'invite-spent': { status: 410, title: 'Invite already used' },
  'invite-expired': { status: 410, title: 'Invite expired' },
  stale: { status: 412, title: 'Changed meanwhile' },
  'content-too-large': { status: 413, title: 'Body too large' },
  'uri-too-long': { status: 414, title: 'URL too long' },
  'unsupported-media-type': { status: 415, title: 'Media type not supported' },
  'expectation-failed': { status: 417, title: 'Expectation failed' },
  misdirected: { status: 421, title: 'Not a host of this server' },
  'invalid-body': { status: 422, title: 'Invalid body' },
  'key-reused': { status: 422, title: 'Idempotency-Key used for something else' },
  'rate-limited': { status: 429, title: 'Too many requests' },
  'headers-too-large': { status: 431, title: 'Header section too large' },
  internal: { status: 500, title: 'Server error' },
  'not-implemented': { status: 501, title: 'Not implemented' },
  overloaded: { status: 503, title: 'Server overloaded' },
  draining: { status: 503, title: 'Server is stopping' },
  busy: { status: 503, title: 'Too many sign-ins at once' },
  'storage-busy': { status: 503, title: 'Storage busy' },
  'storage-failed': { status: 503, title: 'Storage failed' },
  'outcome-unknown': { status: 504, title: 'Outcome unknown' },
  'version-not-supported': { status: 505, title: 'HTTP version not supported' },
  'storage-full': { status: 507, title: 'Storage full' }
} as const satisfies Record<string, { status: number; title: string }>

export type ProblemCode = keyof typeof problems

/** One thing wrong with a request. */
export const ProblemItem = Type.Object(
  {
    pointer: Type.String({ description: 'JSON Pointer to the wrong member, as a URI fragment: #/text' }),
    detail: Type.String({ description: 'What is wrong with it' }),
    cursor: Type.Optional(Type.String({ description: 'The head of that room, if its cursor was refused' }))
  },
  { $id: 'ProblemItem', examples: [{ pointer: '#/text', detail: 'is missing' }] }
)
export type ProblemItem = Static<typeof ProblemItem>

/** The body of every refusal, `application/problem+json` (RFC 9457). */
export const Problem = Type.Object(
  {
    type: Type.String({ description: 'Address of the page that explains this problem' }),
    code: Type.String({ description: 'Name of the problem, stable' }),
    status: Type.Integer({ description: 'The HTTP status, repeated' }),
    title: Type.String({ description: 'The problem in a few words, the same at every occurrence' }),
    detail: Type.String({ description: 'What happened here and what to do about it' }),
    instance: Type.String({ description: 'Id of the request, as in the server log' }),
    errors: Type.Optional(Type.Array(Type.Ref('ProblemItem'))),
    current: Type.Optional(Type.Unknown({ description: 'The present version, if the one in If-Match was stale' })),
    cursor: Type.Optional(Type.String({ description: 'The head of the log, if a cursor has expired' }))
  },
  { $id: 'Problem' }
)
export interface Problem extends Omit<Static<typeof Problem>, 'errors'> {
  errors?: ProblemItem[]
}
