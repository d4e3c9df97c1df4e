import { nameKey } from '@tertulia/protocol/name-key'
import { CommandError } from '../failing/command-error.ts'

/** Their exit codes stay far from those of signals, and a question can be read. */
const choicesMax = 50

/** What a question can be answered with: words, of which no two are the same in another case. */
export class Choices {
  /** As they were typed. */
  readonly words: readonly string[]
  /** The longest one first: of `c` and `c++`, `c++!` begins with the second. */
  readonly #keys: readonly (readonly [key: string, word: string])[]

  /**
   * @param typed  `yes,no`
   * @throws CommandError usage
   */
  constructor(typed: string) {
    this.words = typed.split(',').map((word) => word.trim())
    if (this.words.length > choicesMax) {
      throw CommandError.usage(`--choices takes at most ${choicesMax} words, not ${this.words.length}.`)
    }
    const known = new Map<string, string>()
    for (const word of this.words) {
      const key = keyOf(word)
      if (key === '') throw CommandError.usage(`A word is missing in --choices “${typed}”. For example: --choices yes,no`)
      if (/\s/.test(word)) {
        throw CommandError.usage(`“${word}” is not one word. Choices are single words between commas: --choices yes,no`)
      }
      const same = known.get(key)
      if (same !== undefined) throw CommandError.usage(`--choices has the same word twice: ${same} and ${word}.`)
      known.set(key, word)
    }
    this.#keys = [...known].sort(([one], [other]) => other.length - one.length)
  }

  /** The choice that is the first word of a text, in any case, with punctuation around it or without. */
  firstIn(text: string): string | undefined {
    const bare = keyOf(text).trimStart()
    for (const start of [bare, bare.replace(opening, '')]) {
      const found = this.#keys.find(([key]) => start.startsWith(key) && endOfWord.test(start.slice(key.length)))
      if (found) return found[1]
    }
    return undefined
  }

  /** What the command ends with: 0 for the first one, then 10, 11 …, which mean nothing else. */
  exitCodeOf(word: string): number {
    const at = this.words.indexOf(word)
    return at === 0 ? 0 : 9 + at
  }

  /** `yes, no or later` */
  toString(): string {
    return oneOf(this.words)
  }
}

/** `ana, luis or marta` */
export const oneOf = (words: readonly string[]): string =>
  words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`

/** Emoji are one with and without the sign that asks for their colours. */
const keyOf = (text: string): string => nameKey(text.replace(/\p{Default_Ignorable_Code_Point}/gu, ''))

/** Quotes, brackets, stars: what stands before a word and belongs to it no more than what follows. */
const opening = /^[\p{Ps}\p{Pi}"'*_~`¡¿]+/u

/**
 * What may follow a word: nothing, a space, punctuation before one of these (`yes.`, `"yes"`, `yes 👍`, `yes👍`), or a sign that no word
 * goes on after (`yes,go`), unless it is in a number. So `no-one`, `yes/no` and `1.5` are words of their own.
 */
const endOfWord = /^(?:$|\s|[\p{P}\p{S}][\p{P}\p{S}\p{M}]*(?:$|\s)|(?:[,;:!?—–،؛؟。、।]|\.{2,})(?!\d))/u
