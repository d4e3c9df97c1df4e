/** The link that leads a browser and `chat join` to a server with the code of an invite. What follows the `#` is sent to no server. */
export const inviteLink = (server: string, code: string): string => `${withoutSlash(server)}/#join=${code}`

/** The link that signs a browser or `chat join` in, with the code of a device that is signed in. */
export const signInLink = (server: string, code: string): string => `${withoutSlash(server)}/#link=${code}`

/** The parts of an address of the page: `#join=CODE` is an invite, `#link=CODE` signs in, `#room=NAME` shows a room. */
export interface PageLink {
  /** As it was written, without the slashes at its end; empty where a link begins with the `#`. */
  server: string
  /** Empty where its code is lost. */
  invite?: string
  /** Signs in. Empty where it is lost. */
  code?: string
  room?: string
}

/** @returns undefined: `typed` has no fragment that says anything */
export function partsOfPageLink(typed: string): PageLink | undefined {
  const at = typed.indexOf('#')
  if (at === -1) return undefined
  const asked = new URLSearchParams(typed.slice(at + 1))
  const link: PageLink = { server: withoutSlash(typed.slice(0, at)) }
  const [invite, code, room] = ['join', 'link', 'room'].map((name) => asked.get(name)?.trim())
  if (invite !== undefined) link.invite = invite
  if (code !== undefined) link.code = code
  if (room) link.room = room
  return Object.keys(link).length === 1 ? undefined : link
}

const withoutSlash = (server: string): string => server.replace(/\/+$/, '')
