/** `<url>; rel="next"`, among others (RFC 8288, section 3). */
const links = /<([^>]*)>\s*;\s*rel="?([^",;\s]+)"?/g

/** The query of the page that a Link field calls `rel`; undefined if it names none. */
export function linkedQuery(field: string | null, rel: string): URLSearchParams | undefined {
  for (const [, url = '', name] of field?.matchAll(links) ?? []) {
    if (name === rel) return new URL(url, 'http://localhost').searchParams
  }
  return undefined
}
