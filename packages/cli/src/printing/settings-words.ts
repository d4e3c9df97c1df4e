import type { RoomSettings } from '@tertulia/protocol'

/** Who may see a room, and whether it can be written in: `public`, `private, archived`. */
export const stateWords = ({ visibility, archived }: Pick<RoomSettings, 'visibility' | 'archived'>): string =>
  archived ? `${visibility}, archived` : visibility

/** All that an owner may change: `“Operations”, public, messages kept for 30 days`. Without the last part they are kept for ever. */
export const settingsWords = ({ title, retainDays, ...state }: RoomSettings): string =>
  [title === '' ? 'no title' : `“${title}”`, stateWords(state), ...keptWords(retainDays)].join(', ')

/** A server that knows nothing of days keeps everything. */
function keptWords(retainDays: number | null | undefined): string[] {
  if (retainDays === null || retainDays === undefined) return []
  return [`messages kept for ${retainDays === 1 ? 'one day' : `${retainDays} days`}`]
}
