import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Block, Link, Page, Section } from './page.ts'

/** The look of the chat and what documents add to it. It is in each of them, so that they need no other file. */
const style = readFileSync(new URL('../../program/documents.css', import.meta.url), 'utf8')
const hash = createHash('sha256').update(style).digest('base64')
const drawn = readFileSync(new URL('../../program/icon.svg', import.meta.url), 'utf8')
const icon = `data:image/svg+xml,${encodeURIComponent(drawn)}`

/** What a page of ours may do: be read, and be opened by nobody who keeps a hold on it. */
export const htmlHeaders = {
  'content-security-policy': `default-src 'none'; style-src 'sha256-${hash}'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()'
} as const

const addresses: Record<Page['section'], string> = { Problems: '/problems', Statuses: '/docs/status', Contract: '/docs' }

/** The page for a browser; `base`: where this server's paths begin. */
export const toHtml = ({ title, section: current, sections }: Page, base: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)} – Tertulia</title>
<link rel="icon" href="${escaped(icon)}">
<style>${style}</style>
</head>
<body>
<header class="head">
<a href="${escaped(base)}/" class="brand" title="To the chat">tertulia<span class="brand-dot">.</span></a>
<nav class="sections" aria-label="Documents">
${Object.entries(addresses)
  .map(([name, path]) => `<a href="${escaped(base + path)}"${name === current ? ' aria-current="true"' : ''}>${name}</a>`)
  .join('\n')}
</nav>
</header>
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
