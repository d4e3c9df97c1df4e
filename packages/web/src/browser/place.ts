import { partsOfPageLink } from '@tertulia/protocol/page-link'

/** The room that the address names; undefined: none. */
export const roomInAddress = (): string | undefined => partsOfPageLink(location.hash)?.room

/** Another room, with a way back by the button of the browser. */
export function goTo(room: string): void {
  location.hash = `room=${encodeURIComponent(room)}`
}

/** The room that is shown, as the address has it. */
export function settle(room: string): void {
  history.replaceState(null, '', `#room=${encodeURIComponent(room)}`)
}

export function hasCodes(): boolean {
  const { invite, code } = partsOfPageLink(location.hash) ?? {}
  return invite !== undefined || code !== undefined
}

/** The codes that the address came with. They are taken out of it at once, so that they stay in no history. */
export function takeCodes(): { invite?: string; code?: string } {
  const { invite, code, room } = partsOfPageLink(location.hash) ?? {}
  if (invite !== undefined || code !== undefined)
    history.replaceState(null, '', room ? `#room=${encodeURIComponent(room)}` : location.pathname + location.search)
  return { ...(invite ? { invite } : {}), ...(code ? { code } : {}) }
}

/** The address of the page with a room in it. */
export const roomLink = (server: string, room: string): string => `${server}/#room=${encodeURIComponent(room)}`

/** Whether an address is one of this computer alone: nobody else can open it. */
export const isLoopback = (server: string): boolean => /^(?:.*\.)?localhost$|^127\.|^\[::1\]$/.test(new URL(server).hostname)
