import { type Static, Type } from '@sinclair/typebox'
import * as limits from './limits.ts'
import { RateLimits, rateLimitsDefault } from './rate-limits.ts'
import { ref } from './ref.ts'
import { RegistrationMode } from './registration.ts'

const upTo = (description: string) => Type.Integer({ description })

const {
  textCharsMax,
  nameCharsMax,
  nameBytesMax,
  titleCharsMax,
  passwordCharsMin,
  passwordCharsMax,
  tokenNameCharsMax,
  idempotencyKeyCharsMax
} = limits
const { bodyBytesMax, urlBytesMax, headerBytesMax, historyLimitDefault, historyLimitMax, eventsLimitMax } = limits
const { listLimitDefault, listLimitMax, pageBytesMax, backlogBytesMax } = limits

/** The same everywhere. */
const sizesAndPages = {
  sizes: {
    textCharsMax,
    nameCharsMax,
    nameBytesMax,
    titleCharsMax,
    passwordCharsMin,
    passwordCharsMax,
    tokenNameCharsMax,
    idempotencyKeyCharsMax,
    bodyBytesMax,
    urlBytesMax,
    headerBytesMax,
    backlogBytesMax
  },
  pages: { historyLimitDefault, historyLimitMax, eventsLimitMax, pageBytesMax, listLimitDefault, listLimitMax }
}

/** Everything beyond which a server refuses. */
export const Limits = Type.Object(
  {
    registration: RegistrationMode,
    rates: ref(RateLimits),
    sizes: Type.Object({
      textCharsMax: upTo('A text, in code points'),
      nameCharsMax: upTo('A name, in code points'),
      nameBytesMax: upTo('A name, in UTF-8 bytes'),
      titleCharsMax: upTo('A title, in code points'),
      passwordCharsMin: Type.Integer({ description: 'A password, in code points, at least' }),
      passwordCharsMax: upTo('A password, in code points'),
      tokenNameCharsMax: upTo('The name of a token, in code points'),
      idempotencyKeyCharsMax: upTo('An Idempotency-Key, in characters'),
      bodyBytesMax: upTo('A body, in bytes'),
      urlBytesMax: upTo('A URL, in bytes'),
      headerBytesMax: upTo('A header section, in bytes'),
      backlogBytesMax: upTo('Large answers that you may leave unread, and large bodies unfinished, in bytes')
    }),
    pages: Type.Object({
      historyLimitDefault: upTo('Messages on a page of history, unless it is told how many'),
      historyLimitMax: upTo('Messages on a page of history'),
      eventsLimitMax: upTo('Events on a page of the log'),
      pageBytesMax: upTo('Text on a page of either, in bytes; one message or event is there all the same'),
      listLimitDefault: upTo('Rooms or members on a page of their list, unless it is told how many'),
      listLimitMax: upTo('Rooms or members on a page of their list')
    })
  },
  { $id: 'Limits', examples: [{ registration: 'open', rates: rateLimitsDefault, ...sizesAndPages }] }
)
export type Limits = Static<typeof Limits>

/** The limits of a server with these rates, where these people may register. */
export const limitsWith = (rates: RateLimits, registration: RegistrationMode): Limits => ({
  registration,
  rates,
  ...sizesAndPages
})
