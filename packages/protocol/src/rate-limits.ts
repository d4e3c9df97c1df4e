import { type Static, type TSchema, Type } from '@sinclair/typebox'
import { ref } from './ref.ts'

/** A token bucket: how many requests may come at once, and how fast it refills. */
export const Rate = Type.Object(
  {
    burst: Type.Integer({ minimum: 1, description: 'Requests that may come at once' }),
    perSecond: Type.Number({ exclusiveMinimum: 0, description: 'Requests per second in the long run' })
  },
  { $id: 'Rate', examples: [{ burst: 60, perSecond: 5 }], description: 'A token bucket' }
)
export type Rate = Static<typeof Rate>

/** Under how many names one address may try to sign in as often as under one. */
export const signinNames = 6

const orNone = <T extends TSchema>(schema: T, description: string) => Type.Union([schema, Type.Null()], { description })

export const RateLimits = Type.Object(
  {
    send: orNone(ref(Rate), 'Writes of one user: messages sent, edited and deleted, rooms, members; null: no limit'),
    reads: orNone(ref(Rate), 'Reads of one user; null: no limit'),
    register: orNone(ref(Rate), 'Names taken from one address; null: no limit'),
    signin: orNone(
      ref(Rate),
      `Attempts to sign in under one name from one address, and ${signinNames} times as many under all names together; null: no limit`
    ),
    streams: orNone(
      Type.Integer({ minimum: 1 }),
      'Streams that one user may have open, exports and requests that wait for events included; null: no limit'
    )
  },
  {
    $id: 'RateLimits',
    examples: [{ send: Rate.examples[0], reads: { burst: 100, perSecond: 50 }, register: null, signin: null, streams: 20 }]
  }
)
export type RateLimits = Static<typeof RateLimits>

/** What one node of a server allows, unless it is told otherwise. */
export const rateLimitsDefault: RateLimits = {
  send: { burst: 60, perSecond: 5 },
  reads: { burst: 100, perSecond: 50 },
  register: { burst: 60, perSecond: 1 }, // a class behind one address
  signin: { burst: 10, perSecond: 1 / 6 },
  streams: 20
}

export const noRateLimits: RateLimits = { send: null, reads: null, register: null, signin: null, streams: null }
