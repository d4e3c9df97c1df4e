import { type Static, Type } from '@sinclair/typebox'

export const Health = Type.Object(
  {
    status: Type.Union([Type.Literal('ok'), Type.Literal('draining'), Type.Literal('failed')], {
      description: 'ok: send requests here; draining: it is about to stop; failed: it takes no write until it is restarted'
    }),
    bus: Type.Optional(
      Type.Union([Type.Literal('up'), Type.Literal('degraded')], {
        description: 'degraded: news of other nodes come late, nothing is lost; told with readiness'
      })
    )
  },
  { $id: 'Health', examples: [{ status: 'ok', bus: 'up' }] }
)
export type Health = Static<typeof Health>
