/**
 * Which of `offers` (media types, the dearest first) a reader prefers, by their Accept field (RFC 9110, 12.5.1).
 * No field: the first. Undefined: none of them is wanted.
 */
export function preferred<const T extends string>(accept: string | undefined, offers: readonly T[]): T | undefined {
  if (accept === undefined || accept.trim() === '') return offers[0]
  const ranges = accept.split(',').map(toRange)
  let best: T | undefined
  let most = 0
  for (const offer of offers) {
    const weight = weightOf(offer, ranges)
    if (weight > most) {
      best = offer
      most = weight
    }
  }
  return best
}

interface Range {
  type: string
  weight: number
}

function toRange(part: string): Range {
  const [type = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase())
  const q = parameters.find((parameter) => /^q\s*=/.test(parameter))
  const weight = q === undefined ? 1 : Number(q.slice(q.indexOf('=') + 1))
  return { type, weight: weight >= 0 && weight <= 1 ? weight : 0 }
}

/** The weight of the most specific range that the type is in. */
function weightOf(offer: string, ranges: readonly Range[]): number {
  const [group] = offer.split('/')
  for (const pattern of [offer, `${group}/*`, '*/*']) {
    const range = ranges.find(({ type }) => type === pattern)
    if (range) return range.weight
  }
  return 0
}
