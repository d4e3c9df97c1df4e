import { inviteDaysDefault, inviteUsesMax } from '@tertulia/protocol'
import type { Order } from './operator/order.ts'
import { UsageError } from './usage-error.ts'

/** What the commands other than `start` can be told, beside the file. */
export interface OperatorValues {
  uses?: string
  expires?: string
  room?: string
  admin?: boolean
  undo?: boolean
  replace?: boolean
  from?: string
  to?: string
  json?: boolean
}

export const operatorFlags = {
  uses: { type: 'string' },
  expires: { type: 'string' },
  room: { type: 'string' },
  admin: { type: 'boolean' },
  undo: { type: 'boolean' },
  replace: { type: 'boolean' },
  from: { type: 'string' },
  to: { type: 'string' },
  json: { type: 'boolean' }
} as const

const allowed: Record<string, readonly (keyof OperatorValues)[]> = {
  invite: ['uses', 'expires', 'room', 'admin'],
  'user disable': ['undo'],
  'user admin': ['undo'],
  backup: ['json'],
  restore: ['replace', 'json'],
  check: ['json'],
  copy: ['from', 'to', 'json']
}
const userCommands = ['list', 'reset', 'disable', 'admin'] as const

/** @param words  the command and what follows it @throws UsageError */
export function operatorOrder(words: readonly string[], values: OperatorValues): Order {
  const [command, action, name, ...rest] = words
  if (command === 'invite') {
    if (action !== undefined) throw new UsageError(`Unexpected argument after invite: “${action}”. A room is named with --room`)
    refuseOthers(values, 'invite')
    return inviteOrder(values)
  }
  const known = userCommands.find((one) => one === action)
  if (!known) throw new UsageError(`After user comes one of: ${userCommands.join(', ')}`)
  refuseOthers(values, `user ${known}`)
  const tooMuch = known === 'list' ? name : rest[0]
  if (tooMuch !== undefined) throw new UsageError(`Unexpected argument after user ${known}: “${tooMuch}”`)
  if (known === 'list') return { do: 'list', after: null }
  if (name === undefined) throw new UsageError(`The name is missing, for example: chat-server user ${known} ana`)
  return known === 'reset' ? { do: 'reset', name } : { do: known, name, undo: values.undo === true }
}

/** What belongs to another command; `start` has none of these. */
export function refuseOthers(values: OperatorValues, command: string): void {
  const given = Object.keys(operatorFlags) as (keyof OperatorValues)[]
  const wrong = given.find((flag) => values[flag] !== undefined && !allowed[command]?.includes(flag))
  if (wrong) throw new UsageError(`--${wrong} is not for ${command}`)
}

function inviteOrder({ uses = '1', expires = `${inviteDaysDefault}d`, room, admin = false }: OperatorValues): Order {
  const count = /^\d{1,4}$/.test(uses) ? Number(uses) : 0
  if (count < 1 || count > inviteUsesMax)
    throw new UsageError(`--uses must be a number from 1 to ${inviteUsesMax}, not “${uses}”`)
  if (room?.trim() === '') throw new UsageError('--room needs the name of a room; leave it out to invite to the server')
  return { do: 'invite', room: room ?? null, admin, uses: count, lastsMs: toMs(expires) }
}

const unitMs: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000 }
const yearDays = 365

function toMs(text: string): number {
  const [, count = '', unit = ''] = /^([1-9]\d{0,5})([mhd])$/.exec(text) ?? []
  const ms = Number(count) * (unitMs[unit] ?? 0)
  if (ms === 0 || ms > yearDays * 86_400_000) {
    throw new UsageError(`--expires must be a time such as 12h or 7d, a year (${yearDays}d) at most, not “${text}”`)
  }
  return ms
}
