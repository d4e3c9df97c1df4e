import { type Static, Type } from '@sinclair/typebox'
import { nameCharsMax } from './limits.ts'

/** Who signs in, either with a password or with the code of a link. */
export const NewSession = Type.Object(
  {
    name: Type.Optional(Type.String({ minLength: 1, maxLength: nameCharsMax, description: 'Name of a user, in any spelling' })),
    password: Type.Optional(Type.String({ description: 'Their password' })),
    code: Type.Optional(Type.String({ description: 'Instead of both: the code of a link, in any case' }))
  },
  {
    $id: 'NewSession',
    examples: [{ name: 'ana', password: 'correct horse battery' }],
    additionalProperties: false,
    minProperties: 1
  }
)
export type NewSession = Static<typeof NewSession>

/** A code that signs one more device in, once. */
export const SignInLink = Type.Object(
  {
    code: Type.String({ description: 'Send it with POST /v1/sessions; it is shown only here' }),
    expiresAt: Type.String({ format: 'date-time', description: 'Until when it can be used, RFC 3339, UTC, milliseconds' })
  },
  { $id: 'SignInLink', examples: [{ code: 'K7QF29XMHB4T0RZC8W6VDN3GYE', expiresAt: '2026-11-23T10:10:00.000Z' }] }
)
export type SignInLink = Static<typeof SignInLink>
