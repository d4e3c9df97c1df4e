import type { Load } from '../commands.ts'
import { filesMark, shells } from '../shells/scripts.ts'
import { type TypedLine, typedLine } from './typed-line.ts'

/** What only a look elsewhere can tell; each gives nothing rather than fail. */
export interface Known {
  /** Names of rooms that begin so. */
  rooms(begin: string, wishes: Record<string, string>): Promise<string[]>
  /** Names that are remembered on this computer, of the server of the line. */
  names(wishes: Record<string, string>): Promise<string[]>
  /** Servers where such names are. */
  servers(): Promise<string[]>
}

type Kind = 'rooms' | 'names' | 'servers' | 'files' | readonly string[]

/** What a value is, by what its flag or the page of help calls it. */
const kinds: Record<string, readonly Kind[]> = {
  ROOM: ['rooms'],
  ROOMS: ['rooms'],
  FILE: ['files'],
  URL: ['servers'],
  WHERE: ['rooms', 'servers'],
  ROLE: [['owner', 'moderator', 'member']],
  SHELL: [shells]
}

/**
 * What the word at the cursor can become, as lines for a script in {@link shellScripts}.
 * @param words  see {@link typedLine}
 * @param isDescribed  with what each is, after a tab
 */
export async function candidates(
  words: readonly string[],
  commands: Record<string, Load>,
  known: Known,
  isDescribed: boolean
): Promise<string[]> {
  const line = await typedLine(words, commands)
  const { place, word, prefix } = line
  switch (place.of) {
    case 'command': {
      const ids = place.ids.filter((id) => last(id).startsWith(word))
      return Promise.all(ids.map(async (id) => described(last(id), isDescribed ? await summaryOf(commands[id]) : undefined)))
    }
    case 'flag':
      return place.flags
        .filter(([name]) => `--${name}`.startsWith(word))
        .map(([name, flag]) => described(`--${name}`, isDescribed ? flag?.summary : undefined))
    case 'value': {
      const { name, flag } = place
      const options = flag?.type === 'option' ? flag.options : undefined
      const called = flag?.type === 'option' ? String(flag.helpValue ?? '') : name === 'server' ? 'URL' : name.toUpperCase()
      return valuesOf(options === undefined ? (name === 'as' ? ['names'] : kinds[called]) : [options], line, known, prefix)
    }
    case 'argument':
      return valuesOf(place.arg.options ? [place.arg.options] : kinds[place.name.toUpperCase()], line, known, prefix)
    case 'nothing':
      return []
    default:
      return place satisfies never
  }
}

async function valuesOf(
  kindsOfIt: readonly Kind[] = [],
  { word, wishes }: TypedLine,
  known: Known,
  prefix: string
): Promise<string[]> {
  if (kindsOfIt.includes('files')) return [filesMark]
  const all = await Promise.all(
    kindsOfIt.map((kind) => {
      if (kind === 'rooms') return known.rooms(word, wishes)
      if (kind === 'names') return known.names(wishes)
      return kind === 'servers' ? known.servers() : kind
    })
  )
  const words = all.flat().map(String)
  return words.filter((each) => each.startsWith(word) && isHarmless.test(each)).map((each) => prefix + each)
}

/** A name, or an address. A shell puts it into the line as it is; in one of these there is nothing that it would act on. */
const isHarmless = /^(?:[\p{L}\p{N}][\p{L}\p{M}\p{N}._-]*|https?:\/\/[\w.:[\]/-]+)$/u

const last = (id: string): string => id.slice(id.indexOf(':') + 1)

const summaryOf = async (load: Load | undefined): Promise<string> =>
  load === undefined ? 'Show what a command does' : (await load()).default.summary

const described = (word: string, summary: string | undefined): string => (summary === undefined ? word : `${word}\t${summary}`)
