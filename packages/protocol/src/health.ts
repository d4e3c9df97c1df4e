import { type Static, Type } from '@sinclair/typebox'

export const Health = Type.Object(
  { status: Type.Union([Type.Literal('ok'), Type.Literal('draining'), Type.Literal('failed')]) },
  { $id: 'Health' }
)
export type Health = Static<typeof Health>
