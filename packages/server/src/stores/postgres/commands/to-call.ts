import type { Command } from '../../commands.ts'
import { holdable, keysOf } from '../../name-keys.ts'
import { searchedBy } from '../../words.ts'

/** Members whose value is a name. */
const names: ReadonlySet<string> = new Set(['name', 'room', 'member', 'bot', 'tokenName'])

/**
 * A command as the functions of the database read it, in JSON: with the keys of its names, the words of its text, bytes in hex, and of a
 * condition the versions that this epoch has.
 */
export function toCall(command: Command, epoch: string): Record<string, unknown> {
  const call: Record<string, unknown> = {}
  for (const [member, value] of Object.entries(command)) {
    if (value === undefined) continue
    if (member === 'once') Object.assign(call, { onceKey: value.key, fingerprint: hex(value.fingerprint) })
    else if (member === 'ifMatch') call.ifRevs = revsOf(value, epoch)
    else if (member === 'rooms') Object.assign(call, { rooms: value?.map(holdable), roomsKeys: value?.map(keysOf) })
    else if (names.has(member)) Object.assign(call, { [member]: holdable(value), [`${member}Keys`]: keysOf(value) })
    else call[member] = plain(value)
    if (member === 'text') call.words = searchedBy(value)
  }
  return call
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')

function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return hex(value)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).map(([member, inner]) => [member, plain(inner)]))
}

/** Undefined: any will do. */
function revsOf(ifMatch: '*' | readonly string[], epoch: string): number[] | undefined {
  if (ifMatch === '*') return undefined
  const revs = ifMatch.filter((tag) => tag.startsWith(`${epoch}.`)).map((tag) => tag.slice(epoch.length + 1))
  return revs.filter((rev) => rev === String(Number(rev))).map(Number) // `5.0` is another tag than `5`
}
