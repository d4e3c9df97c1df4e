import { nameBytesMax, nameCharsMax, nameMarksMax } from './limits.ts'
import { nameKey } from './name-key.ts'
import { otherScripts, recommendedScripts } from './scripts.ts'

/** Names that nobody may take: they would be read as something else. */
export const reservedNames: ReadonlySet<string> = new Set(['me', 'current', 'admin', 'system', 'server', 'everyone'])

/** What a name is made of, as the end of a sentence. */
export const nameRule = `1 to ${nameCharsMax} characters: first a letter or digit, then letters, digits, “.”, “_” and “-”`

const shape = /^[\p{L}\p{Nd}][\p{L}\p{M}\p{Nd}._-]*$/u
const invisible = /[\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]/u

const tooManyMarks = new RegExp(String.raw`\p{M}{${nameMarksMax + 1}}`, 'u')

const any = String.raw`\p{scx=Common}\p{scx=Inherited}`
const only = (...allowed: string[]) => new RegExp(`^[${any}${allowed.map((s) => `\\p{scx=${s}}`).join('')}]*$`, 'u')
/** The mixtures that UTS 39 calls highly restrictive. */
const profiles: readonly (readonly string[])[] = [
  ...recommendedScripts.map((script) => [script]),
  ['Latin', 'Han', 'Hiragana', 'Katakana'],
  ['Latin', 'Han', 'Bopomofo'],
  ['Latin', 'Han', 'Hangul']
]
/** Made when a name is first compared with it: to make all of them takes as long as a tenth of a short command. */
const profilePatterns: RegExp[] = []

/** Whether it is of one script that is seldom used; the patterns are made only for names that no profile fits. */
function isOfScript(name: string, script: string): boolean {
  try {
    return only(script).test(name)
  } catch {
    return false // younger than this engine
  }
}

function* isOfOneScript(name: string): Generator<void, boolean> {
  for (const [n, scripts] of profiles.entries()) {
    profilePatterns[n] ??= only(...scripts)
    if (profilePatterns[n].test(name)) return true
    yield
  }
  for (const script of otherScripts) {
    if (isOfScript(name, script)) return true
    yield
  }
  return false
}

/** Why `name` cannot be a name, as the end of the sentence “A name …”; undefined if it can. */
export function nameFault(name: string): string | undefined {
  const finding = findNameFault(name)
  let step = finding.next()
  while (!step.done) step = finding.next()
  return step.value
}

/**
 * The same in small pieces, for a program that has others to serve in between: an engine takes up to 80 ms to make all the patterns that a
 * name of no script has to be compared with, and lets go of them now and then.
 */
export function* findNameFault(name: string): Generator<void, string | undefined> {
  if (!name.isWellFormed()) return 'must be well-formed Unicode'
  if (name === '') return 'must not be empty'
  if ([...name].length > nameCharsMax) return `has at most ${nameCharsMax} characters`
  if (new TextEncoder().encode(name).length > nameBytesMax) return `has at most ${nameBytesMax} bytes in UTF-8`
  if (invisible.test(name)) return 'must not contain invisible characters'
  yield
  if (!shape.test(name) || !shape.test(name.normalize('NFKC'))) return `has ${nameRule}; for example ana-maria`
  yield
  if (tooManyMarks.test(name.normalize('NFD'))) return `has at most ${nameMarksMax} marks in a row`
  if (!(yield* isOfOneScript(name))) return 'must not mix scripts that can be mistaken for each other'
  if (reservedNames.has(nameKey(name))) return `must not be “${nameKey(name)}”, which is reserved`
  return undefined
}
