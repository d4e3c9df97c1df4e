import { createHash } from 'node:crypto'
import type { Block, Link, Page, Section } from './page.ts'

const style = `
:root { color-scheme: light dark; font: 16px/1.6 system-ui, sans-serif; --ink: #1c1c1c; --paper: #fff; --soft: #f1f1ee; --link: #0b57a4 }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e8e6; --paper: #161616; --soft: #262626; --link: #8fc1ff } }
body { margin: 0; color: var(--ink); background: var(--paper) }
nav, main { max-width: 42rem; margin: 0 auto; padding: 0 1rem }
nav { padding-top: 1rem }
nav a { margin-right: 1rem }
main { padding-bottom: 4rem; overflow-wrap: break-word }
h1 { line-height: 1.25; margin: 1.5rem 0 1rem }
h2 { font-size: 1.1rem; margin: 1.75rem 0 .25rem }
h3 { font-size: 1rem; margin: 1.75rem 0 .25rem; font-family: ui-monospace, monospace; overflow-wrap: anywhere }
p { margin: .25rem 0 1rem }
ul { padding-left: 1.25rem; margin: .25rem 0 }
li { margin: .3rem 0 }
a { color: var(--link) }
a:focus-visible, pre:focus-visible { outline: 3px solid var(--link); outline-offset: 2px }
code, pre { font-family: ui-monospace, monospace; font-size: .9em; background: var(--soft); border-radius: 4px }
code { padding: .1em .3em; overflow-wrap: anywhere }
pre { padding: .75rem 1rem; white-space: pre-wrap; overflow-wrap: anywhere }
pre code { padding: 0; font-size: 1em }
`
const hash = createHash('sha256').update(style).digest('base64')

/** What a page of ours may do: be read, and be opened by nobody who keeps a hold on it. */
export const htmlHeaders = {
  'content-security-policy': `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()'
} as const

const navigation: Link[] = [
  { href: '/problems', text: 'Problems' },
  { href: '/docs/status', text: 'Statuses' },
  { href: '/docs', text: 'Contract' }
]

/** The page for a browser; `base`: where this server's paths begin. */
export const toHtml = ({ title, sections }: Page, base: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}${title === 'Tertulia' ? '' : ' – Tertulia'}</title>
<style>${style}</style>
</head>
<body>
<nav aria-label="Pages of this server">
${navigation.map((link) => linkHtml(link, base)).join(' ')}
</nav>
<main>
<h1>${escaped(title)}</h1>
${sections.map((section) => sectionHtml(section, base)).join('\n')}
</main>
</body>
</html>
`

const sectionHtml = ({ heading, blocks }: Section, base: string): string =>
  [...(heading === undefined ? [] : [`<h2>${inline(heading)}</h2>`]), ...blocks.map((block) => blockHtml(block, base))].join('\n')

function blockHtml(block: Block, base: string): string {
  if (typeof block === 'string') return `<p>${inline(block)}</p>`
  if ('subheading' in block) return `<h3>${inline(block.subheading)}</h3>`
  if ('items' in block) return `<ul>\n${block.items.map((item) => `<li>${inline(item)}</li>`).join('\n')}\n</ul>`
  if ('lines' in block) return `<pre><code>${escaped(block.lines.join('\n'))}</code></pre>`
  return `<ul>\n${block.links.map((link) => `<li>${linkHtml(link, base)}</li>`).join('\n')}\n</ul>`
}

function linkHtml({ href, text, note }: Link, base: string): string {
  const address = href.startsWith('/') ? base + href : href
  return `<a href="${escaped(address)}">${escaped(text)}</a>${note === undefined ? '' : ` – ${inline(note)}`}`
}

/** What is between backticks is code. */
const inline = (text: string): string => escaped(text).replace(/`([^`]+)`/g, '<code>$1</code>')

const escaped = (text: string): string => text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`)
