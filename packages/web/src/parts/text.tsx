import { nameKey } from '@tertulia/protocol/name-key'
import { neutralise, neutraliseLines } from '@tertulia/protocol/neutralise'
import type { Code } from '../texts/code.ts'
import { partsOf } from '../texts/links.ts'

/** A name that somebody chose: it neither runs into what stands beside it, nor hides anything. */
export const Name = ({ name }: { name: string }) => <bdi>{neutralise(name)}</bdi>

const harmless = (text: string): string =>
  text
    .split('\t')
    .map((part) => neutraliseLines(part).join('\n'))
    .join('\t')

/** What somebody wrote, as they wrote it: its addresses are links, who is spoken to stands out, and code is monospaced. */
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
          const isReader = nameKey(part.mention) === nameKey(reader)
          return (
            <span key={index} class={isReader ? 'mention mine' : 'mention'}>
              @{harmless(part.mention)}
            </span>
          )
        }
        if ('code' in part) return <CodePart key={index} {...part} />
        return harmless(part.text)
      })}
    </>
  )
}

/** A block that is wider than the page is scrolled by itself, with the keys too. */
const CodePart = ({ open, code, close, isBlock }: Code) => (
  <code class={isBlock ? 'block' : undefined} dir={isBlock ? 'ltr' : 'auto'} tabIndex={isBlock ? 0 : undefined}>
    <span class="mark">{harmless(open)}</span>
    {harmless(code)}
    <span class="mark">{harmless(close)}</span>
  </code>
)

const colours = 6

/** A colour for a name, the same on every screen. It helps to find somebody's lines, and says nothing that is not written too. */
export function colourOf(name: string): string {
  let hash = 0
  for (const char of name.normalize('NFKC').toLowerCase()) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) >>> 0
  return `n${hash % colours}`
}
