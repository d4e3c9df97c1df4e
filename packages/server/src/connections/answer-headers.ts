/**
 * What every answer says to browsers and caches, whoever makes it: it is data, to be read by whoever asked for it. A page adds what it
 * needs; what may be kept says so.
 */
export const answerHeaders = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store'
} as const
