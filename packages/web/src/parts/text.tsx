import { neutralise } from '@tertulia/protocol/neutralise'
import { partsOf } from '../texts/links.ts'

/** A name that somebody chose: it neither runs into what stands beside it, nor hides anything. */
export const Name = ({ name }: { name: string }) => <bdi>{neutralise(name)}</bdi>

const harmless = (text: string): string => text.split(/\r?\n/).map(neutralise).join('\n')

/** What somebody wrote, with its addresses as links and who is spoken to. */
export function Text({ text, reader }: { text: string; reader: string }) {
  return (
    <>
      {partsOf(text).map((part, index) => {
        if ('href' in part) {
          return (
            <a key={index} href={part.href} target="_blank" rel="noopener noreferrer nofollow">
              {harmless(part.text)}
            </a>
          )
        }
        if ('mention' in part) {
          const isReader = part.mention.normalize('NFKC').toLowerCase() === reader.normalize('NFKC').toLowerCase()
          return (
            <span key={index} class={isReader ? 'mention mine' : 'mention'}>
              @{harmless(part.mention)}
            </span>
          )
        }
        return harmless(part.text)
      })}
    </>
  )
}

const colours = 6

/** A colour for a name, the same on every screen. It helps to find somebody's lines, and says nothing that is not written too. */
export function colourOf(name: string): string {
  let hash = 0
  for (const char of name.normalize('NFKC').toLowerCase()) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) >>> 0
  return `n${hash % colours}`
}
