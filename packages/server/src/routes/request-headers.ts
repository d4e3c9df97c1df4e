import { Type } from '@sinclair/typebox'
import { idempotencyKeyCharsMax, waitSecondsMax } from '@tertulia/protocol'

const field = (description: string) => Type.Optional(Type.String({ description }))

/** Header fields that routes heed, as they are described; the plugin of the same name reads each. */
export const OnceHeaders = Type.Object({
  'Idempotency-Key': Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: idempotencyKeyCharsMax,
      description: 'A name for this request, so that repeating it within a day has one effect: visible ASCII'
    })
  )
})
export const ChangeHeaders = Type.Object({ 'If-Match': field('Change only this version: its ETag') })
export const ReadHeaders = Type.Object({ 'If-None-Match': field('Versions that the reader has: their ETags') })
export const WaitHeaders = Type.Object({
  Prefer: field(`wait=SECONDS: hold a page that would be empty for so long, ${waitSecondsMax} at most (RFC 7240)`)
})
export const FollowHeaders = Type.Object({
  'Last-Event-ID': field('The cursor to go on from; it counts more than “after”'),
  ...WaitHeaders.properties
})
