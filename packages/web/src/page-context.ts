import { signal } from '@preact/signals'
import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import { keep, kept } from './browser/kept.ts'
import type { Session } from './state/session.ts'
import { Voice } from './state/voice.ts'
import type { Words } from './texts/spanish.ts'
import { type Language, languageOf, languages } from './texts/words.ts'

const languageKey = 'tertulia language'

/** The language of the page: that of the browser, unless another one was chosen. */
export const language = signal<Language>(languageOf(kept(languageKey) ?? navigator.language))

export function chooseLanguage(chosen: Language): void {
  language.value = chosen
  keep(languageKey, chosen)
}

/** The phrases of the page. Whoever calls it is drawn again in another language. */
export const words = (): Words => languages[language.value]

export type Panel = 'rooms' | 'people' | 'search' | 'switch' | 'account' | 'help' | 'create' | 'room' | 'invite' | 'person'

/** What is open above the page: one thing at a time. */
export const panel = signal<Panel | undefined>(undefined)

/** Whom the panel `person` is about, and what is shown again after it. */
export const person = signal<{ name: string; from: Panel | undefined }>({ name: '', from: undefined })

export function showPerson(name: string): void {
  person.value = { name, from: panel.peek() }
  panel.value = 'person'
}

/** What the address asked for in vain: why, and how to try it again where that may help. */
export const refused = signal<{ why: unknown; again?: (() => void) | undefined } | undefined>(undefined)

/** What is read aloud. */
export const voice = new Voice()

/** Tell what was done: it is read aloud and, unless it can be seen already, shown. */
export const tell = (text: string, isShown = true): void => voice.say(text, isShown)

const context = createContext<Session | undefined>(undefined)
export const SessionProvider = context.Provider

export function useSession(): Session {
  const session = useContext(context)
  if (!session) throw new Error('Only for who is signed in')
  return session
}

/** Whether the window is at least this wide; it is drawn again when that changes. */
const media = (query: string) => {
  const list = matchMedia(query)
  const matches = signal(list.matches)
  list.addEventListener('change', () => {
    matches.value = list.matches
  })
  return matches
}
export const isWide = media('(min-width: 900px)')
export const isWidest = media('(min-width: 1200px)')
