import { type Static, Type } from '@sinclair/typebox'
import { tokenNameCharsMax, tokenRoomsMax } from './limits.ts'
import { nameKey } from './name-key.ts'
import { ref } from './ref.ts'
import { visible } from './text-fault.ts'

export const TokenScope = Type.Union([Type.Literal('read'), Type.Literal('write')], {
  description: 'read: it may read; write: it may also write'
})
export type TokenScope = Static<typeof TokenScope>

const rooms = { description: 'The only rooms that it may use; null: all that its user may see' }
const expiresAt = 'Until when it counts, RFC 3339; null: until it is ended'

/** A token that was made for a program, without what proves it. */
export const Token = Type.Object(
  {
    id: Type.Integer({ minimum: 1, description: 'Number, unique on this server' }),
    name: Type.String({ description: 'What it is for, unique among the tokens of its user' }),
    scope: TokenScope,
    rooms: Type.Union([Type.Array(Type.String()), Type.Null()], rooms),
    expiresAt: Type.Union([Type.String({ format: 'date-time' }), Type.Null()], { description: expiresAt }),
    createdAt: Type.String({ format: 'date-time', description: 'When it was made, RFC 3339, UTC, milliseconds' })
  },
  {
    $id: 'Token',
    examples: [
      { id: 12, name: 'nightly', scope: 'write', rooms: ['builds'], expiresAt: null, createdAt: '2026-11-23T10:00:00.000Z' }
    ]
  }
)
export type Token = Static<typeof Token>

/** A token as it is answered once, when it is made. */
export const IssuedToken = Type.Object(
  {
    ...Token.properties,
    token: Type.String({ description: 'Send it as Authorization: Bearer TOKEN; it is shown only here' })
  },
  { $id: 'IssuedToken', examples: [{ ...Token.examples[0], token: 'tt_…' }] }
)
export type IssuedToken = Static<typeof IssuedToken>

export const TokenList = Type.Object(
  { tokens: Type.Array(ref(Token)) },
  { $id: 'TokenList', examples: [{ tokens: Token.examples }] }
)
export type TokenList = Static<typeof TokenList>

/** What is not given is not bound: such a token may do whatever its user may, until it is ended. */
export const NewToken = Type.Object(
  {
    name: Type.String({
      minLength: 1,
      maxLength: tokenNameCharsMax,
      description: `What it is for, 1 to ${tokenNameCharsMax} characters, unique among the tokens of its user`
    }),
    scope: Type.Optional(TokenScope),
    rooms: Type.Optional(Type.Union([Type.Array(Type.String(), { minItems: 1, maxItems: tokenRoomsMax }), Type.Null()], rooms)),
    expiresAt: Type.Optional(Type.Union([Type.String(), Type.Null()], { description: expiresAt })),
    bot: Type.Optional(Type.String({ description: 'Name of a bot of mine that it is for; by default it is for me' }))
  },
  {
    $id: 'NewToken',
    examples: [{ name: 'nightly', scope: 'write', rooms: ['builds'], expiresAt: '2027-01-01T00:00:00Z' }],
    additionalProperties: false
  }
)
export type NewToken = Static<typeof NewToken>

const unfit = /[\p{Cc}\p{Noncharacter_Code_Point}]/u
const keyBytesMax = 256

/** Why `name` cannot be that of a token, as the end of the sentence “The name of a token …”; undefined if it can. */
export function tokenNameFault(name: string): string | undefined {
  if (!name.isWellFormed()) return 'must be well-formed Unicode'
  if (unfit.test(name)) return 'must not contain control characters'
  if (!visible.test(name)) return 'needs at least one visible character'
  // What is short may be long in the form that it is compared and listed by.
  return new TextEncoder().encode(nameKey(name)).length > keyBytesMax ? 'is too long' : undefined
}
