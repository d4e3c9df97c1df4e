/** The link that leads a browser and `chat join` to a server with the code of an invite. What follows the `#` is sent to no server. */
export const inviteLink = (server: string, code: string): string => `${server.replace(/\/+$/, '')}/#join=${code}`

/** The two parts of such a link; undefined: it is not one. */
export function partsOfInviteLink(typed: string): { server: string; invite: string } | undefined {
  const [, server, invite] = /^([^#]+?)\/*#join=([\w -]+)$/.exec(typed.trim()) ?? []
  return server === undefined || invite === undefined ? undefined : { server, invite }
}
