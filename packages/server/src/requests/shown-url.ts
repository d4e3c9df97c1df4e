/** Parameters that say where in a list or a log somebody reads, and never what somebody said. */
const plain: ReadonlySet<string> = new Set(['after', 'around', 'before', 'connected', 'limit', 'member', 'role'])

/** A URL as the log may hold it: of its query only what nobody has written, for people search for what was said. */
export function shownUrl(url: string): string {
  const [path = '', query] = url.split('?', 2)
  if (query === undefined) return path
  const parts = query.split('&').map((part) => {
    const [name = ''] = part.split('=', 1)
    if (plain.has(name)) return part
    return /^[a-z]{1,16}$/.test(name) ? `${name}=…` : '…'
  })
  return `${path}?${parts.join('&')}`
}
