import type { RoomSettings } from '@tertulia/protocol'

/** Who may see a room, and whether it can be written in: `public`, `private, archived`. */
const stateWords = ({ visibility, archived }: Pick<RoomSettings, 'visibility' | 'archived'>): string =>
  archived ? `${visibility}, archived` : visibility

/** What stands beside a room in a list: `public, archived, keeps 30 days`; without the last part it keeps everything. */
export const listedWords = ({ retainDays, ...state }: Pick<RoomSettings, 'visibility' | 'archived' | 'retainDays'>): string =>
  [stateWords(state), ...(typeof retainDays === 'number' ? [`keeps ${daysWords(retainDays)}`] : [])].join(', ')

/** All that an owner may change: `“Operations”, public, messages kept for 30 days`. */
export const settingsWords = ({ title, retainDays, ...state }: RoomSettings): string =>
  [title === '' ? 'no title' : `“${title}”`, stateWords(state), ...keptWords(retainDays)].join(', ')

/** A server that knows nothing of days keeps everything. */
function keptWords(retainDays: number | null | undefined): string[] {
  if (retainDays === undefined) return []
  return [`messages kept for ${retainDays === null ? 'ever' : daysWords(retainDays)}`]
}

const daysWords = (days: number): string => (days === 1 ? 'one day' : `${days} days`)
