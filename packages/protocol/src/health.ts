import { type Static, Type } from '@sinclair/typebox'

export const Health = Type.Object(
  {
    status: Type.Union([Type.Literal('ok'), Type.Literal('draining'), Type.Literal('failed')], {
      description: 'ok: it takes requests; draining: it is stopping; failed: it takes no writes until it is restarted'
    }),
    store: Type.Optional(
      Type.Union([Type.Literal('up'), Type.Literal('away')], {
        description:
          'away: PostgreSQL does not answer this server, which refuses requests until it does; only with readiness, and not with a database file'
      })
    ),
    bus: Type.Optional(
      Type.Union([Type.Literal('up'), Type.Literal('degraded')], {
        description: 'degraded: messages from other nodes arrive late, but nothing is lost; only with readiness'
      })
    )
  },
  { $id: 'Health', examples: [{ status: 'ok', bus: 'up' }] }
)
export type Health = Static<typeof Health>
