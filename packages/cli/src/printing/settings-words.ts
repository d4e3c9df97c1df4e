import type { RoomSettings } from '@tertulia/protocol'

/** Who may see a room, and whether it can be written in: `public`, `private, archived`. */
export const stateWords = ({ visibility, archived }: Omit<RoomSettings, 'title'>): string =>
  archived ? `${visibility}, archived` : visibility

/** All that an owner may change: `“Operations”, public`. */
export const settingsWords = ({ title, ...state }: RoomSettings): string =>
  `${title === '' ? 'no title' : `“${title}”`}, ${stateWords(state)}`
