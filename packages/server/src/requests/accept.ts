import Negotiator from 'negotiator'

/** A browser's has 200. A longer field is disregarded, as the RFC allows: 16 KiB of it would take 10 ms to weigh. */
const charsMax = 1_000

/**
 * Which of `offers` (media types, the dearest first) a reader prefers, by their Accept field (RFC 9110, 12.5.1). Where several
 * weigh the same, the one asked for most exactly, then the one named first. No field: the first. Undefined: none is wanted.
 */
export function preferred<const T extends string>(accept: string | undefined, offers: readonly T[]): T | undefined {
  if (accept === undefined || accept.trim() === '' || accept.length > charsMax) return offers[0]
  if ((offers as readonly string[]).includes(accept)) return accept as T // all that most programs say
  const inUtf8 = offers.map((type) => `${type}; charset=utf-8`)
  const chosen = new Negotiator({ headers: { accept } }).mediaType(inUtf8)
  return chosen === undefined ? undefined : offers[inUtf8.indexOf(chosen)]
}

/**
 * Which of `offers` (content codings, the dearest first) a reader takes, by their Accept-Encoding field (RFC 9110, 12.5.3); undefined:
 * none of them, so that the answer goes as it is.
 */
export function preferredEncoding<const T extends string>(accept: string | undefined, offers: readonly T[]): T | undefined {
  if (accept === undefined || accept.length > charsMax) return undefined
  const negotiator = new Negotiator({ headers: { 'accept-encoding': accept } })
  return offers.find((offer) => negotiator.encodings([offer]).includes(offer))
}
