const redirectsMax = 3

/** The head of an answer, as far as it says where to ask instead. */
interface Redirecting {
  status: number
  location: string | null
}

/**
 * Where a transport asks again, with the same method and body: as a 307 or 308 says, within the same server. That is how ours answers to
 * another spelling of a name. Anywhere else a token was not meant to go.
 */
export function redirected({ status, location }: Redirecting, url: string, redirects: number): string | undefined {
  if ((status !== 307 && status !== 308) || location === null || redirects >= redirectsMax) return undefined
  if (!URL.canParse(location, url)) return undefined
  const target = new URL(location, url)
  return target.origin === new URL(url).origin ? target.href : undefined
}
