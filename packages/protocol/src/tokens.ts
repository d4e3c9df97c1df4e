import { type Static, Type } from '@sinclair/typebox'

export const TokenScope = Type.Union([Type.Literal('read'), Type.Literal('write')], {
  description: 'read: whoever bears it may read; write: also write'
})
export type TokenScope = Static<typeof TokenScope>
