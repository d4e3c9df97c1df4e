import { type Static, Type } from '@sinclair/typebox'

export const RegistrationMode = Type.Union([Type.Literal('open'), Type.Literal('invite'), Type.Literal('closed')], {
  description: 'Who may register a name. open: anybody; invite: whoever has an invite; closed: nobody'
})
export type RegistrationMode = Static<typeof RegistrationMode>
export const registrationModes: readonly RegistrationMode[] = RegistrationMode.anyOf.map((mode) => mode.const)
