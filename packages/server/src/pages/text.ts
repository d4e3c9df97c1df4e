import type { Block, Link, Page, Section } from './page.ts'

const width = 78

/** The page for a terminal; `base`: where this server's paths begin. */
export const toText = ({ title, sections }: Page, base: string): string =>
  `${[title, '='.repeat([...title].length)].join('\n')}\n\n${sections.map((section) => sectionText(section, base)).join('\n\n')}\n`

function sectionText({ heading, blocks }: Section, base: string): string {
  const body = blocks.map((block) => blockText(block, base)).join('\n\n')
  return heading === undefined ? body : `${heading}\n${'-'.repeat([...heading].length)}\n${body}`
}

function blockText(block: Block, base: string): string {
  if (typeof block === 'string') return wrapped(block)
  if ('subheading' in block) return `${block.subheading}\n${'.'.repeat([...block.subheading].length)}`
  if ('items' in block) return block.items.map((item) => wrapped(`- ${item}`).replaceAll('\n', '\n  ')).join('\n')
  if ('lines' in block) return block.lines.map((line) => `  ${line}`.trimEnd()).join('\n')
  return block.links.map((link) => linkText(link, base)).join('\n')
}

function linkText({ href, text, note }: Link, base: string): string {
  const address = href.startsWith('/') ? base + href : href
  return [wrapped(`- ${text}${note === undefined ? '' : `: ${note}`}`), address].join('\n').replaceAll('\n', '\n  ')
}

function wrapped(text: string): string {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line].join('\n')
}
