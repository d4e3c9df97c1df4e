import { en } from './english.ts'
import { type Counted, es } from './spanish.ts'

export const languages = { en, es }
export type Language = keyof typeof languages

/** The language of a browser, as far as we speak it. */
export const languageOf = (asked: string | null | undefined): Language => (asked?.toLowerCase().startsWith('es') ? 'es' : 'en')

/** A phrase with what belongs into it. */
export function fill(phrase: string, values: Readonly<Record<string, string | number>>): string {
  return phrase.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
}

/** So many of something. */
export function count(counted: Counted, n: number, language: Language): string {
  return fill(counted[rules[language].select(n)] ?? counted.other, { n: numbers[language].format(n) })
}

const rules = { en: new Intl.PluralRules('en'), es: new Intl.PluralRules('es') }
const numbers = { en: new Intl.NumberFormat('en'), es: new Intl.NumberFormat('es') }
