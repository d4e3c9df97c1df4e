import type { Language } from './words.ts'

/** Making a format is slow, using it is not: each is made once. */
function formats(language: Language) {
  return {
    clock: new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
    day: new Intl.DateTimeFormat(language, { weekday: 'long', day: 'numeric', month: 'long' }),
    dayAndYear: new Intl.DateTimeFormat(language, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }),
    whole: new Intl.DateTimeFormat(language, { dateStyle: 'full', timeStyle: 'short', hourCycle: 'h23' }),
    short: new Intl.DateTimeFormat(language, {
      day: 'numeric',
      month: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23'
    })
  }
}
const made: Partial<Record<Language, ReturnType<typeof formats>>> = {}
const of = (language: Language) => (made[language] ??= formats(language))

/** `09:14` */
export const clock = (at: string, language: Language): string => of(language).clock.format(new Date(at))

/** `Wednesday, November 25, 2026 at 09:14`, for whoever asks when exactly. */
export const whole = (at: string, language: Language): string => of(language).whole.format(new Date(at))

/** `Nov 25, 09:14` */
export const short = (at: string, language: Language): string => of(language).short.format(new Date(at))

/** The day that something happened on, where the reader is: the same text for the same day. */
export function dayKey(at: string): string {
  const date = new Date(at)
  return `${date.getFullYear()}-${date.getMonth()}-${date.getDate()}`
}

/** `Wednesday, November 25`; with the year where it is not this one. */
export function dayName(at: string, language: Language, now = new Date()): string {
  const date = new Date(at)
  const { day, dayAndYear } = of(language)
  const name = (date.getFullYear() === now.getFullYear() ? day : dayAndYear).format(date)
  return name.charAt(0).toUpperCase() + name.slice(1)
}

const groupMs = 5 * 60 * 1000

/** Whether something was said right after something else, and so needs no name of its own. */
export const isSoonAfter = (earlier: string, later: string): boolean => {
  const ms = Date.parse(later) - Date.parse(earlier)
  return ms >= 0 && ms < groupMs && dayKey(earlier) === dayKey(later)
}
